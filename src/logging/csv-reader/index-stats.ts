import { Problem } from '../../common/problem.js';
import type { LogFilter } from '../log-filter.js';
import {
  type Bucket,
  type BucketFigures,
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

type IndexStats = FiguresByModel & { buckets?: BucketFigures[] };

export async function stats(
  connection: EngineConnection,
  filter: LogFilter,
  bucket?: Bucket,
): Promise<IndexStats> {
  const inAll = figuresByModel(await connection.rows<FiguresLine>(statsSql(filter, textIsMatched)));
  return bucket ? { ...inAll, buckets: await overTime(connection, filter, bucket) } : inAll;
}

async function overTime(
  connection: EngineConnection,
  filter: LogFilter,
  bucket: Bucket,
): Promise<BucketFigures[]> {
  const [count] = await connection.rows<{ buckets: number }>(bucketCountSql(filter, textIsMatched, bucket));
  if (count && count.buckets > BUCKETS_MAX) throw tooManyBuckets(count.buckets);
  return figuresOverTime(await connection.rows<FiguresLine>(statsOverTimeSql(filter, textIsMatched, bucket)));
}

function tooManyBuckets(count: number): Problem {
  const message = `gives ${count} buckets, at most ${BUCKETS_MAX} are answered: take a wider one, or narrow \`from\` and \`to\``;
  return new Problem({
    status: 400,
    code: 'invalid_request',
    detail: `bucket ${message}`,
    errors: [{ path: 'bucket', message }],
  });
}

export async function histogram(
  connection: EngineConnection,
  filter: LogFilter,
  bounds: readonly number[],
): Promise<number[]> {
  const lines = await connection.rows<{ slot: number; count: number }>(
    histogramSql(filter, textIsMatched, bounds),
  );
  return [...bounds, Infinity].map((_, slot) => lines.find((line) => line.slot === slot)?.count ?? 0);
}
