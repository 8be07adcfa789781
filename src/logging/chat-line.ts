import { Logger } from '@nestjs/common';
import type { LogRow } from './log-row.js';

/** These do not end by themselves: every chat fails until the operator acts. */
const NEEDS_OPERATOR: ReadonlySet<string> = new Set(['upstream_auth', 'upstream_out_of_credit']);

const logger = new Logger('Chat');

/** Writes the single process log line of a finished chat. A failure is a warning, or an error if it will persist. */
export function logChat(row: LogRow, traceId?: string): void {
  const failed = row.status === 'error';
  const line = {
    message: failed ? 'A chat failed' : 'Chat',
    requestId: row.request_id,
    id: row.id,
    traceId,
    model: row.model,
    requestedModel: row.requested_model,
    upstreamModel: row.upstream_model,
    status: row.status,
    code: row.error || undefined,
    latency: row.latency,
    ttft: row.ttft,
    promptTokens: row.prompt_tokens,
    responseTokens: row.response_tokens,
    cost: row.cost,
    attempts: row.attempts,
  };
  if (NEEDS_OPERATOR.has(row.error)) logger.error(line);
  else if (failed) logger.warn(line);
  else logger.log(line);
}
