import { invalidQuery } from '../log-failures.js';
import type { LogFilter } from '../log-filter.js';
import type { BucketFigures, LogStats } from '../dto/log-stats.dto.js';
import {
  type Bucket,
  HISTOGRAM_BOUNDS,
  type StatsBy,
  type StatsOptions,
  figuresByModel,
  type FiguresByModel,
  type FiguresLine,
  figuresOverTime,
} from '../log-stats.js';
import { bucketCountSql, histogramSql, statsOverTimeSql, statsSql } from '../sql/log-sql.js';
import type { EngineConnection } from './duckdb-engine.js';
import { textIsMatched } from './row-finder.js';

/** A day in minutes, two months in hours. More is an answer of megabytes that nobody can look at. */
const BUCKETS_MAX = 1_500;

export async function stats(
  connection: EngineConnection,
  filter: LogFilter,
  { bucket, by = 'model' }: StatsOptions,
): Promise<Omit<LogStats, 'unreadable_rows'>> {
  const inAll: FiguresByModel = figuresByModel(
    await connection.rows<FiguresLine>(statsSql(filter, textIsMatched, by)),
  );
  return {
    ...inAll,
    latency_histogram: { bounds: [...HISTOGRAM_BOUNDS], counts: await histogram(connection, filter) },
    ...(bucket && { buckets: await overTime(connection, filter, { bucket, by }) }),
  };
}

async function overTime(
  connection: EngineConnection,
  filter: LogFilter,
  { bucket, by }: { bucket: Bucket; by: StatsBy },
): Promise<BucketFigures[]> {
  const [count] = await connection.rows<{ buckets: number }>(bucketCountSql(filter, textIsMatched, bucket));
  if (count && count.buckets > BUCKETS_MAX)
    throw invalidQuery(
      'bucket',
      `gives ${count.buckets} buckets, at most ${BUCKETS_MAX} are answered: take a wider one, or narrow \`from\` and \`to\``,
    );
  return figuresOverTime(
    await connection.rows<FiguresLine>(statsOverTimeSql(filter, textIsMatched, by, bucket)),
  );
}

async function histogram(connection: EngineConnection, filter: LogFilter): Promise<number[]> {
  const lines = await connection.rows<{ slot: number; count: number }>(
    histogramSql(filter, textIsMatched, HISTOGRAM_BOUNDS),
  );
  return [...HISTOGRAM_BOUNDS, Infinity].map(
    (_, slot) => lines.find((line) => line.slot === slot)?.count ?? 0,
  );
}
