export const BUCKETS = ['minute', 'hour', 'day'] as const;
export type Bucket = (typeof BUCKETS)[number];

/** By which name rows are put together: of the model that answered, or of the one that was asked. */
export const STATS_BY = ['model', 'requested_model'] as const;
export type StatsBy = (typeof STATS_BY)[number];

export interface StatsOptions {
  /** Also gives the figures over time. */
  bucket?: Bucket | undefined;
  /** Default: `model`. */
  by?: StatsBy | undefined;
}

/** Upper ends of the slots of the latency histogram, in seconds; one more slot is open. */
export const HISTOGRAM_BOUNDS = [0.1, 0.25, 0.5, 1, 2, 3, 4, 5, 7.5, 10, 20, 30, 60, 120] as const;

/** Seconds, over the rows whose status is `ok`; null where none of them has the figure. */
export interface Distribution {
  p50: number | null;
  p95: number | null;
  p99: number | null;
  mean: number | null;
}

export interface Figures {
  count: number;
  /** Rows whose status is `error`. */
  errors: number;
  /** Rows with a score above and below 0. */
  votes: { up: number; down: number };
  latency: Distribution;
  /** Time to the first content token. */
  ttft: Distribution;
  prompt_tokens: number;
  response_tokens: number;
  /** Response tokens per second of latency, over the rows that have both. */
  tokens_per_second: number | null;
  /** US dollars; null where no row has a cost. */
  cost: number | null;
}

export interface ModelFigures extends Figures {
  model: string;
}

export interface FiguresByModel {
  total: Figures;
  models: ModelFigures[];
}

export interface BucketFigures extends FiguresByModel {
  /** Start of the bucket, UTC. */
  start: string;
}

export interface LogStats extends FiguresByModel {
  /** Rows that could not be read as CSV, whatever the filter; they are in no other figure. */
  unreadable_rows: number;
  latency_histogram: {
    /** Upper ends of all slots but the last, in seconds. */
    bounds: number[];
    /** Rows whose status is `ok`, per slot: one more than bounds. */
    counts: number[];
  };
  buckets?: BucketFigures[];
}

/** One line of the answer to statsSql. `is_total`: over all models. */
export interface FiguresLine {
  start?: string | null;
  model: string | null;
  is_total: number;
  count: number;
  errors: number;
  votes_up: number;
  votes_down: number;
  latency_p50: number | null;
  latency_p95: number | null;
  latency_p99: number | null;
  latency_mean: number | null;
  ttft_p50: number | null;
  ttft_p95: number | null;
  ttft_p99: number | null;
  ttft_mean: number | null;
  prompt_tokens: number | null;
  response_tokens: number | null;
  timed_tokens: number | null;
  timed_seconds: number | null;
  cost: number | null;
}

const NO_ROWS: FiguresLine = {
  model: null,
  is_total: 1,
  count: 0,
  errors: 0,
  votes_up: 0,
  votes_down: 0,
  latency_p50: null,
  latency_p95: null,
  latency_p99: null,
  latency_mean: null,
  ttft_p50: null,
  ttft_p95: null,
  ttft_p99: null,
  ttft_mean: null,
  prompt_tokens: null,
  response_tokens: null,
  timed_tokens: null,
  timed_seconds: null,
  cost: null,
};

export function figuresByModel(lines: readonly FiguresLine[]): FiguresByModel {
  return {
    total: figuresOf(lines.find(({ is_total }) => is_total === 1) ?? NO_ROWS),
    models: lines
      .filter(({ is_total }) => is_total === 0)
      .map((line) => ({ model: line.model ?? '', ...figuresOf(line) })),
  };
}

/** The lines come ordered by bucket. */
export function figuresOverTime(lines: readonly FiguresLine[]): BucketFigures[] {
  const starts = new Map<string, FiguresLine[]>();
  for (const line of lines) {
    const start = line.start ?? '';
    const group = starts.get(start);
    if (group) group.push(line);
    else starts.set(start, [line]);
  }
  return [...starts].map(([start, group]) => ({ start: iso(start), ...figuresByModel(group) }));
}

/** Databases print `2026-11-23 17:00:00`, in UTC. */
const iso = (time: string) => new Date(`${time.replace(' ', 'T')}Z`).toISOString();

function figuresOf(line: FiguresLine): Figures {
  return {
    count: line.count,
    errors: line.errors,
    votes: { up: line.votes_up, down: line.votes_down },
    latency: distribution(line.latency_p50, line.latency_p95, line.latency_p99, line.latency_mean),
    ttft: distribution(line.ttft_p50, line.ttft_p95, line.ttft_p99, line.ttft_mean),
    prompt_tokens: line.prompt_tokens ?? 0,
    response_tokens: line.response_tokens ?? 0,
    tokens_per_second:
      line.timed_tokens === null || !line.timed_seconds
        ? null
        : rounded(line.timed_tokens / line.timed_seconds, 3),
    cost: line.cost === null ? null : rounded(line.cost, 10),
  };
}

function distribution(...figures: (number | null)[]): Distribution {
  const [p50 = null, p95 = null, p99 = null, mean = null] = figures.map(
    (figure) => figure && rounded(figure, 6),
  );
  return { p50, p95, p99, mean };
}

/** Sums of binary fractions end in noise like 0.30000000000000004, which says nothing. */
const rounded = (value: number, digits: number) => Number(value.toFixed(digits));
