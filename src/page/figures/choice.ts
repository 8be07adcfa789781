import { route } from '../route.ts';

export const RANGES = {
  '1h': { name: 'Hour', ms: 3_600_000, bucket: 'minute' },
  '24h': { name: 'Day', ms: 86_400_000, bucket: 'hour' },
  '7d': { name: 'Week', ms: 604_800_000, bucket: 'hour' },
  '30d': { name: 'Month', ms: 2_592_000_000, bucket: 'day' },
  all: { name: 'All', ms: Infinity, bucket: 'day' },
} as const;

export type RangeName = keyof typeof RANGES;
export const MEASURES = ['p50', 'p95', 'p99'] as const;
export type Measure = (typeof MEASURES)[number];

export const BUCKET_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

export interface Choice {
  range: RangeName;
  measure: Measure;
  /** '' for all. */
  model: string;
}

/** What the address asks for. */
export function choiceOf(choice: URLSearchParams = route.value.choice): Choice {
  const range = choice.get('range') ?? '';
  const measure = choice.get('measure');
  return {
    range: range in RANGES ? (range as RangeName) : '24h',
    measure: MEASURES.find((name) => name === measure) ?? 'p50',
    model: choice.get('model') ?? '',
  };
}
