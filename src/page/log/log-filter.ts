import { computed } from '@preact/signals';
import { query } from '../api/client.ts';
import { route } from '../route.ts';

/** Names as in the query of `GET /logs`, and as in the page's address. */
export const FILTERS = ['q', 'model', 'status', 'from', 'to', 'min_latency', 'max_latency', 'key'] as const;
export type FilterName = (typeof FILTERS)[number];
export type LogFilter = Partial<Record<FilterName, string>>;

/** The filter in the address, as a query string: the same filter is the same text. */
export const filterQuery = computed(() =>
  route.value.view === 'log' ? query(filterOf(route.value.choice)) : '',
);

export function filterOf(choice: URLSearchParams): LogFilter {
  return Object.fromEntries(
    FILTERS.map((name) => [name, choice.get(name) ?? ''] as const).filter(([, value]) => value !== ''),
  );
}

export const NO_FILTER = Object.fromEntries(FILTERS.map((name) => [name, undefined]));

/** `?a=b` and more parameters. */
export function withParameters(filter: string, more: Record<string, string | number | undefined>): string {
  const all = new URLSearchParams(filter);
  for (const [name, value] of Object.entries(more)) if (value !== undefined) all.set(name, String(value));
  return `?${all.toString()}`;
}
