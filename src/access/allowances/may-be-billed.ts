import type { LogRecord } from '../../logging/dto/log-record.dto.js';

/** For so long after its begin the bill of a call is asked for. */
export const BILL_PATIENCE_MS = 24 * 60 * 60_000;

/** The upstream has refused, or was never reached: it bills nothing, so nothing is owed. */
const UNBILLED: ReadonlySet<string> = new Set([
  'upstream_unreachable',
  'upstream_rate_limited',
  'upstream_budget_busy',
  'upstream_out_of_credit',
  'upstream_auth',
  'content_rejected',
  'upstream_invalid_request',
  'context_length_exceeded',
  'upstream_payload_too_large',
  'model_not_found',
  'upstream_conflict',
  'upstream_unavailable',
  'model_not_priced',
  'budget_exceeded',
  'spend_unknown',
]);

/** May a call that ended without a cost have cost something all the same? In doubt it may. */
export function mayBeBilled({
  attempts,
  error,
  response,
}: Pick<LogRecord, 'attempts' | 'error' | 'response'>): boolean {
  return attempts !== 0 && (response !== '' || !UNBILLED.has(error ?? ''));
}
