import type { Nano } from '../../common/money.js';
import type { WindowId } from './budget-window.js';
import type { Call } from './ledger.js';

/** A call that is not over: it holds money, or its bill is still to come. */
export interface OpenCall extends Call {
  /** The registered name that was asked. */
  readonly model: string;
  readonly amount: Nano;
  /** The upstream's id of the generation, as far as one is known. */
  readonly generation?: string;
  /** It has its row, but the bill is still to come. Else it is under way. */
  readonly owed?: boolean;
}

/** What one line of the journal says. */
export type Entry =
  | { readonly open: OpenCall }
  | { readonly raise: string; readonly amount: Nano }
  | { readonly generation: string; readonly of: string }
  /** The row is written; with `owed` its bill is still to come. */
  | { readonly end: string; readonly cost: Nano; readonly owed?: boolean }
  | { readonly billed: string; readonly cost: Nano }
  | { readonly spent: string; readonly window: WindowId; readonly amount: Nano };

export function lineOf(entry: Entry): string {
  return `${JSON.stringify(entry)}\n`;
}

/** Undefined for what is no whole line: a crash has cut it. */
export function entryOf(line: string): Entry | undefined {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === 'object' && entry !== null ? (entry as Entry) : undefined;
  } catch {
    return undefined;
  }
}
