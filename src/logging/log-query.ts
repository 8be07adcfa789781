import { decodeCursor } from './log-cursor.js';
import type { LogFilterDto, LogPageQueryDto } from './dto/log-query.dto.js';
import { momentOf } from './dto/is-moment.decorator.js';
import { invalidQuery } from './log-failures.js';
import type { LogFilter } from './log-filter.js';
import type { LogPageRequest } from './log-queries.js';

/** What was asked, as the log understands it. Throws Problem 400 where two parameters contradict each other. */
export function toFilter(query: LogFilterDto): LogFilter {
  const { model, requested_model: requestedModel, key, status, q } = query;
  const { min_latency: minLatency, max_latency: maxLatency } = query;
  const from = momentOf(query.from);
  const to = momentOf(query.to);
  if (from && to && from > to) throw invalidQuery('to', 'must not be before `from`');
  if (minLatency !== undefined && maxLatency !== undefined && minLatency > maxLatency)
    throw invalidQuery('max_latency', 'must not be less than `min_latency`');
  return {
    ...(model !== undefined && { model }),
    ...(requestedModel !== undefined && { requestedModel }),
    ...(key !== undefined && { key }),
    ...(status !== undefined && { status }),
    ...(q !== undefined && { q }),
    ...(from && { from }),
    ...(to && { to }),
    ...(minLatency !== undefined && { minLatency }),
    ...(maxLatency !== undefined && { maxLatency }),
  };
}

export function toPageRequest({ limit, cursor }: LogPageQueryDto): LogPageRequest {
  return { limit, ...(cursor !== undefined && { after: decodeCursor(cursor) }) };
}
