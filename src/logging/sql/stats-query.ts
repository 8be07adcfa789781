import type { LogStats } from '../dto/log-stats.dto.js';
import { invalidQuery } from '../log-failures.js';
import type { LogFilter } from '../log-filter.js';
import {
  type Bucket,
  figuresByModel,
  type FiguresLine,
  figuresOverTime,
  HISTOGRAM_BOUNDS,
  type StatsBy,
  type StatsOptions,
} from '../log-stats.js';
import {
  bucketCountSql,
  histogramSql,
  type Statement,
  type StatsPlace,
  statsSql,
  type TextCondition,
} from './log-sql.js';

/** A day in minutes, or two months in hours. More would be megabytes that nobody can read. */
const BUCKETS_MAX = 1_500;

/** Runs one statement in a database. */
type Ask = <Line extends object>(statement: Statement) => Promise<Line[]>;

/** The figures of the rows that match a filter, from any database with a `chat_log`. */
export class StatsQuery {
  constructor(
    private readonly ask: Ask,
    private readonly filter: LogFilter,
    private readonly text: TextCondition,
    private readonly place?: StatsPlace,
  ) {}

  async figures({ bucket, by = 'model' }: StatsOptions): Promise<Omit<LogStats, 'unreadable_rows'>> {
    const lines = await this.ask<FiguresLine>(statsSql(this.filter, this.text, by, undefined, this.place));
    return {
      ...figuresByModel(lines),
      latency_histogram: { bounds: [...HISTOGRAM_BOUNDS], counts: await this.histogram() },
      ...(bucket && { buckets: figuresOverTime(await this.overTime(by, bucket)) }),
    };
  }

  private async overTime(by: StatsBy, bucket: Bucket): Promise<FiguresLine[]> {
    const [count] = await this.ask<{ buckets: number }>(bucketCountSql(this.filter, this.text, bucket));
    if (count && count.buckets > BUCKETS_MAX)
      throw invalidQuery(
        'bucket',
        `gives ${count.buckets} buckets, at most ${BUCKETS_MAX} are answered: take a wider one, or narrow \`from\` and \`to\``,
      );
    return this.ask<FiguresLine>(statsSql(this.filter, this.text, by, bucket, this.place));
  }

  private async histogram(): Promise<number[]> {
    const lines = await this.ask<{ slot: number; count: number }>(
      histogramSql(this.filter, this.text, HISTOGRAM_BOUNDS),
    );
    return [...HISTOGRAM_BOUNDS, Infinity].map(
      (_, slot) => lines.find((line) => line.slot === slot)?.count ?? 0,
    );
  }
}
