import type { LogFilter } from '../log-filter.js';
import type { LogRow } from '../log-row.js';

/** Whether a row that was just written is one that a filter of `GET /logs` lets through. */
export function matchesFilter(row: LogRow, filter: LogFilter): boolean {
  const { model, requestedModel, key, scope, status, from, to, q, minLatency, maxLatency } = filter;
  const at = new Date(row.timestamp);
  if (model !== undefined && row.model !== model) return false;
  if (requestedModel !== undefined && (row.requested_model || row.model) !== requestedModel) return false;
  if (key !== undefined && row.key !== key) return false;
  if (scope !== undefined && row.key !== scope) return false;
  if (status !== undefined && row.status !== status) return false;
  if (from && at < from) return false;
  if (to && at >= to) return false;
  if (minLatency !== undefined && !(row.latency !== null && row.latency >= minLatency)) return false;
  if (maxLatency !== undefined && !(row.latency !== null && row.latency <= maxLatency)) return false;
  return q === undefined || contains(row.prompt, q) || contains(row.response, q);
}

function contains(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}
