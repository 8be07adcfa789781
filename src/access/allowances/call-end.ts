import { costOf, type Nano } from '../../common/money.js';
import type { LogRecord } from '../../logging/dto/log-record.dto.js';
import type { LogRow } from '../../logging/log-row.js';
import type { Call } from '../budget/ledger.js';
import { mayBeBilled } from './may-be-billed.js';

interface CutOff extends Call {
  /** The registered name of the requested model. */
  readonly model: string;
}

/** What a process knows of a running chat that may cost something. */
export interface RunningCall {
  /** The maximum that it may cost. */
  amount: Nano;
  /** True if an attempt was made, as far as is known. */
  begun: boolean;
  /** True if its bill can be requested. */
  billable: boolean;
  /** True if the client has disconnected. */
  left: boolean;
}

/** Time after the maximum duration of a chat, in ms, until it counts as overdue. */
export const OVERDUE_MS = 60_000;

/** The cost of a call according to its row; `owed`: it is an estimate, because its bill is still pending. */
export function settledBy(
  row: Pick<LogRecord, 'cost' | 'attempts' | 'error' | 'response'>,
  { amount, begun, billable }: Readonly<Omit<RunningCall, 'left'>>,
): { readonly spent: Nano; readonly owed: boolean } {
  const cost = costOf(row.cost);
  const owed = cost === undefined && billable;
  return { spent: cost ?? (begun && (owed || mayBeBilled(row)) ? amount : 0), owed };
}

/** Tokens of prompt and answer; undefined if the row has neither. */
export function tokensIn(row: Pick<LogRow, 'prompt_tokens' | 'response_tokens'>): number | undefined {
  if (row.prompt_tokens === null && row.response_tokens === null) return undefined;
  return (row.prompt_tokens ?? 0) + (row.response_tokens ?? 0);
}

/** The row of a chat that ended with its process: the request itself is no longer known. */
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
