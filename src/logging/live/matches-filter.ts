import type { LogFilter } from '../log-filter.js';
import type { LogRow } from '../log-row.js';

/** Does a filter of `GET /logs` match a row that was just written? */
export function matchesFilter(row: LogRow, filter: LogFilter): boolean {
  const { model, requested_model, key, scope, status, from, to, q, min_latency, max_latency } = filter;
  const at = new Date(row.timestamp);
  if (model !== undefined && row.model !== model) return false;
  if (requested_model !== undefined && (row.requested_model || row.model) !== requested_model) return false;
  if (key !== undefined && row.key !== key) return false;
  if (scope !== undefined && row.key !== scope) return false;
  if (status !== undefined && row.status !== status) return false;
  if (from && at < from) return false;
  if (to && at >= to) return false;
  if (min_latency !== undefined && !(row.latency !== null && row.latency >= min_latency)) return false;
  if (max_latency !== undefined && !(row.latency !== null && row.latency <= max_latency)) return false;
  return q === undefined || contains(row.prompt, q) || contains(row.response, q);
}

function contains(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}
