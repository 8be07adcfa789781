import type { BucketFigures, Distribution, Figures, LogStats } from './dto/log-stats.dto.js';

export const BUCKETS = ['minute', 'hour', 'day'] as const;
export type Bucket = (typeof BUCKETS)[number];

/** The name by which rows are grouped: the model that answered, or the requested one. */
export const STATS_BY = ['model', 'requested_model'] as const;
export type StatsBy = (typeof STATS_BY)[number];

export interface StatsOptions {
  /** Adds the figures over time. */
  bucket?: Bucket | undefined;
  /** Default: `model`. */
  by?: StatsBy | undefined;
}

/** Upper bounds of the latency histogram, in seconds; one more slot has no bound. */
export const HISTOGRAM_BOUNDS = [0.1, 0.25, 0.5, 1, 2, 3, 4, 5, 7.5, 10, 20, 30, 60, 120] as const;

export type FiguresByModel = Pick<LogStats, 'total' | 'models'>;

type Summed = 'prompt_tokens' | 'response_tokens' | 'timed_tokens' | 'timed_seconds' | 'cost';
type Spread = `${'latency' | 'ttft'}_${keyof Distribution}`;

/** One row of the result of statsSql. `is_total`: over all models. */
export interface FiguresLine extends Partial<Record<Summed | Spread, number | null>> {
  start?: string | null;
  model: string | null;
  is_total: number;
  count: number;
  errors: number;
  votes_up: number;
  votes_down: number;
}

const NO_ROWS: FiguresLine = { model: null, is_total: 1, count: 0, errors: 0, votes_up: 0, votes_down: 0 };

export function figuresByModel(lines: readonly FiguresLine[]): FiguresByModel {
  return {
    total: figuresOf(lines.find(({ is_total }) => is_total === 1) ?? NO_ROWS),
    models: lines
      .filter(({ is_total }) => is_total === 0)
      .map((line) => Object.assign(figuresOf(line), { model: line.model ?? '' })),
  };
}

/** `lines` are ordered by bucket. */
export function figuresOverTime(lines: readonly FiguresLine[]): BucketFigures[] {
  const starts = new Map<string, FiguresLine[]>();
  for (const line of lines) starts.set(line.start ?? '', [...(starts.get(line.start ?? '') ?? []), line]);
  return [...starts].map(([start, group]) => ({ start: iso(start), ...figuresByModel(group) }));
}

/** Databases print `2026-11-23 17:00:00`, in UTC. */
const iso = (time: string) => new Date(`${time.replace(' ', 'T')}Z`).toISOString();

function figuresOf(line: FiguresLine): Figures {
  const distribution = (of: 'latency' | 'ttft'): Distribution => ({
    p50: rounded(line[`${of}_p50`], 6),
    p95: rounded(line[`${of}_p95`], 6),
    p99: rounded(line[`${of}_p99`], 6),
    mean: rounded(line[`${of}_mean`], 6),
  });
  return {
    count: line.count,
    errors: line.errors,
    votes: { up: line.votes_up, down: line.votes_down },
    latency: distribution('latency'),
    ttft: distribution('ttft'),
    prompt_tokens: line.prompt_tokens ?? 0,
    response_tokens: line.response_tokens ?? 0,
    tokens_per_second: line.timed_seconds ? rounded((line.timed_tokens ?? 0) / line.timed_seconds, 3) : null,
    cost: rounded(line.cost, 10),
  };
}

/** Removes the noise of binary fractions, such as 0.30000000000000004. */
function rounded(value: number | null | undefined, digits: number): number | null {
  return typeof value === 'number' ? Number(value.toFixed(digits)) : null;
}
