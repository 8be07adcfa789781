import type { LogRecord } from '../../logging/dto/log-record.dto.js';

/** How long after its start the bill of a call is requested. */
export const BILL_PATIENCE_MS = 24 * 60 * 60_000;

/** The upstream refused, or was never reached: it bills nothing. */
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

/** True if a call that ended without a cost may still be billed; true in case of doubt. */
export function mayBeBilled({
  attempts,
  error,
  response,
}: Pick<LogRecord, 'attempts' | 'error' | 'response'>): boolean {
  return attempts !== 0 && (response !== '' || !UNBILLED.has(error ?? ''));
}
