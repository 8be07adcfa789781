import type { Nano } from '../../common/money.js';
import type { WindowId } from './budget-window.js';
import type { Call } from './ledger.js';

/** A call that is not settled: it holds money, or its bill is still pending. */
export interface OpenCall extends Call {
  /** The registered name of the requested model. */
  readonly model: string;
  readonly amount: Nano;
  /** The upstream's id of the generation, if known. */
  readonly generation?: string;
  /** True: it has its row, but its bill is pending. Otherwise it is running. */
  readonly owed?: boolean;
}

/** The content of one journal line. */
export type Entry =
  | { readonly open: OpenCall }
  | { readonly raise: string; readonly amount: Nano }
  | { readonly generation: string; readonly of: string }
  /** The row is written; with `owed`, its bill is still pending. */
  | { readonly end: string; readonly cost: Nano; readonly owed?: boolean }
  | { readonly billed: string; readonly cost: Nano }
  | { readonly spent: string; readonly window: WindowId; readonly amount: Nano };

export function lineOf(entry: Entry): string {
  return `${JSON.stringify(entry)}\n`;
}

/** Undefined for an incomplete line, truncated by a crash. */
export function entryOf(line: string): Entry | undefined {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === 'object' && entry !== null ? (entry as Entry) : undefined;
  } catch {
    return undefined;
  }
}
