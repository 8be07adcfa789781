import type { BucketFigures, Figures } from '../api/types.ts';

export interface TimeSeries {
  /** Seconds since 1970, one for each step, as uPlot wants them. */
  times: number[];
  models: { name: string; figures: (Figures | undefined)[] }[];
}

const MOST_STEPS = 1500;

/** Steps that the service left out, as no row fell into them, are put back: a gap in the data is one in the chart. */
export function overTime(buckets: readonly BucketFigures[], stepMs: number): TimeSeries {
  const byStart = new Map(buckets.map((bucket) => [Date.parse(bucket.start), bucket]));
  const starts = [...byStart.keys()];
  const first = starts[0];
  const last = starts.at(-1);
  if (first === undefined || last === undefined) return { times: [], models: [] };
  const steps = Math.min(MOST_STEPS, Math.round((last - first) / stepMs) + 1);
  const grid = Array.from({ length: steps }, (_, step) => first + step * stepMs);
  const names = new Set(buckets.flatMap(({ models }) => models.map(({ model }) => model)));
  return {
    times: grid.map((ms) => ms / 1000),
    models: [...names].sort().map((name) => ({
      name,
      figures: grid.map((ms) => byStart.get(ms)?.models.find(({ model }) => model === name)),
    })),
  };
}
