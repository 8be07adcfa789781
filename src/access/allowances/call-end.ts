import { costOf, type Nano } from '../../common/money.js';
import type { LogRecord } from '../../logging/dto/log-record.dto.js';
import type { LogRow } from '../../logging/log-row.js';
import type { Call } from '../budget/ledger.js';
import { mayBeBilled } from './may-be-billed.js';

interface CutOff extends Call {
  /** The registered name that was asked. */
  readonly model: string;
}

interface Held {
  /** The most that it may cost. */
  readonly amount: Nano;
  /** Was an attempt made, as far as is known? */
  readonly begun: boolean;
  /** Can its bill be asked for? */
  readonly billable: boolean;
}

/** What a call has cost, by its row; `owed`: that is an estimate, as its bill is still to come. */
export function settledBy(
  row: Pick<LogRecord, 'cost' | 'attempts' | 'error' | 'response'>,
  { amount, begun, billable }: Held,
): { readonly spent: Nano; readonly owed: boolean } {
  const cost = costOf(row.cost);
  const owed = cost === undefined && billable;
  return { spent: cost ?? (begun && (owed || mayBeBilled(row)) ? amount : 0), owed };
}

/** Tokens of prompt and answer; undefined where the row tells of neither. */
export function tokensIn(row: Pick<LogRow, 'prompt_tokens' | 'response_tokens'>): number | undefined {
  if (row.prompt_tokens === null && row.response_tokens === null) return undefined;
  return (row.prompt_tokens ?? 0) + (row.response_tokens ?? 0);
}

/** The row of a chat that the end of its process took with it: what was asked is not known any more. */
export function interruptedRow({ id, key, beganAt, model }: CutOff): LogRow {
  return {
    timestamp: new Date(beganAt).toISOString(),
    model,
    prompt: '',
    response: '',
    latency: null,
    prompt_tokens: null,
    response_tokens: null,
    status: 'interrupted',
    error: 'interrupted',
    finish_reason: '',
    ttft: null,
    cost: null,
    upstream_model: '',
    attempts: null,
    id,
    messages: '',
    requested_model: model,
    key,
    user: '',
    request_id: '',
    overhead: null,
  };
}
