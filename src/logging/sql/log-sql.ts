import type { LogCursor } from '../log-cursor.js';
import type { LogFilter } from '../log-filter.js';
import type { Bucket, StatsBy } from '../log-stats.js';

/**
 * The log's queries in SQL for both DuckDB and PostgreSQL, over a table or view `chat_log` (timestamp in UTC, model,
 * requested_model, key, latency, prompt_tokens, response_tokens, status, ttft, cost, score, id), with amendments
 * applied. User input is bound, never spliced.
 */
export interface Statement {
  text: string;
  values: SqlValue[];
}

export type SqlValue = string | number;

/** Collects a bound value and returns its placeholder. */
export type Bind = (value: SqlValue) => string;

/** The condition for the text in `q`; depends on where the database has the texts. */
export type TextCondition = (q: string, bind: Bind) => string;

/** For databases that contain the texts themselves. */
export const textIsLike: TextCondition = (q, bind) => {
  const pattern = bind(`%${q.replace(/[\\%_]/g, '\\$&')}%`);
  return `(prompt ILIKE ${pattern} ESCAPE '\\' OR response ILIKE ${pattern} ESCAPE '\\')`;
};

function statement(build: (bind: Bind) => string): Statement {
  const values: SqlValue[] = [];
  return { text: build((value) => `$${values.push(value)}`), values };
}

const CONDITIONS: readonly [name: keyof LogFilter, before: string, after?: string][] = [
  ['model', 'model ='],
  ['requested_model', 'requested_model ='],
  ['key', 'key ='],
  ['scope', 'key ='],
  ['status', 'status ='],
  ['from', 'timestamp >= CAST(', ' AS timestamp)'],
  ['to', 'timestamp < CAST(', ' AS timestamp)'],
  ['min_latency', 'latency >='],
  ['max_latency', 'latency <='],
];

function conditions(filter: LogFilter, text: TextCondition, bind: Bind): string[] {
  const found = CONDITIONS.flatMap(([name, before, after = '']) => {
    const value = filter[name];
    if (value === undefined) return [];
    return `${before} ${bind(value instanceof Date ? sqlTime(value) : value)}${after}`;
  });
  return filter.q === undefined ? found : [...found, text(filter.q, bind)];
}

const where = (all: string[]) => (all.length === 0 ? '' : `WHERE ${all.join(' AND ')}`);
/** A time as SQL reads it. */
export const sqlTime = (time: Date): string => time.toISOString().replace('T', ' ').replace('Z', '');

/** The source of a page's rows. The table or view is named by us, not by the user. */
export interface PagePlace {
  limit: number;
  after?: LogCursor | undefined;
  /** Columns that distinguish rows with the same time and id, as in `LogCursor.tie`. */
  ties?: readonly string[];
  from?: string;
}

/** Newest first, from the cursor on. `columns` comes from us, not from the user. */
export function pageSql(
  columns: string,
  filter: LogFilter,
  text: TextCondition,
  { limit, after, ties = [], from = 'chat_log' }: PagePlace,
): Statement {
  const order = ['timestamp', 'id', ...ties];
  return statement((bind) => {
    const all = conditions(filter, text, bind);
    if (after) {
      const time = `CAST(${bind(after.timestamp)} AS timestamp)`;
      const place = [time, bind(after.id), ...ties.map((_, index) => bind(after.tie[index] ?? 0))];
      // The first condition alone lets a database skip newer rows.
      all.push(`timestamp <= ${time}`, `(${order.join(', ')}) < (${place.join(', ')})`);
    }
    // By the columns, not by their aliases in the result: sorting texts is forty times slower.
    const descending = order.map((column) => `chat_log.${column} DESC`).join(', ');
    return `SELECT ${columns} FROM ${from} ${where(all)} ORDER BY ${descending} LIMIT ${limit}`;
  });
}

/** `columns`, `order` and `from` come from us, not from the user. */
export function rowsSql(
  columns: string,
  filter: LogFilter,
  text: TextCondition,
  order: string,
  from = 'chat_log',
): Statement {
  return statement(
    (bind) => `SELECT ${columns} FROM ${from} ${where(conditions(filter, text, bind))} ORDER BY ${order}`,
  );
}

export function byIdSql(columns: string, id: string, from = 'chat_log'): Statement {
  return statement((bind) => `SELECT ${columns} FROM ${from} WHERE id = ${bind(id)} LIMIT 1`);
}

/** Over successful rows. One aggregate with three elements: three would sort and hold every value three times. */
function distribution(column: string): string {
  const ok = `CASE WHEN status = 'ok' THEN ${column} END`;
  const at = `(percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY ${ok}))`;
  const elements = ['p50', 'p95', 'p99'].map((name, index) => `${at}[${index + 1}] AS ${column}_${name}`);
  return [...elements, `avg(${ok}) AS ${column}_mean`].join(', ');
}

const count = (condition: string) => `CAST(count(*) FILTER (WHERE ${condition}) AS double precision)`;

const FIGURES = `
  CAST(count(*) AS double precision) AS count,
  ${count("status = 'error'")} AS errors,
  ${count('score > 0')} AS votes_up,
  ${count('score < 0')} AS votes_down,
  ${distribution('latency')},
  ${distribution('ttft')},
  CAST(sum(prompt_tokens) AS double precision) AS prompt_tokens,
  CAST(sum(response_tokens) AS double precision) AS response_tokens,
  CAST(sum(response_tokens) FILTER (WHERE latency > 0) AS double precision) AS timed_tokens,
  sum(latency) FILTER (WHERE latency > 0 AND response_tokens IS NOT NULL) AS timed_seconds,
  sum(cost) AS cost`;

/** The relation with the rows of a filter's time span: the view, or less of it. A name of ours, never the user's. */
export type StatsPlace = (filter: LogFilter, bind: Bind) => string;

const everywhere: StatsPlace = () => 'chat_log';

/** One FiguresLine per name and in total; with a bucket, for each bucket in order of time. */
export function statsSql(
  filter: LogFilter,
  text: TextCondition,
  by: StatsBy,
  bucket?: Bucket,
  place = everywhere,
): Statement {
  const time = bucket ? `date_trunc('${bucket}', timestamp)` : 'CAST(NULL AS timestamp)';
  return statement(
    (bind) => `SELECT CAST(bucket AS varchar) AS start, ${by} AS model,
        CAST(GROUPING(${by}) AS double precision) AS is_total, ${FIGURES}
      FROM (SELECT ${time} AS bucket, * FROM ${place(filter, bind)} ${where(conditions(filter, text, bind))}) AS bucketed
      GROUP BY GROUPING SETS ((bucket, ${by}), (bucket)) ORDER BY bucket, ${by}`,
  );
}

export function bucketCountSql(filter: LogFilter, text: TextCondition, bucket: Bucket): Statement {
  return statement(
    (bind) => `SELECT CAST(count(DISTINCT date_trunc('${bucket}', timestamp)) AS double precision) AS buckets
      FROM chat_log ${where(conditions(filter, text, bind))}`,
  );
}

/** Number of successful rows with a latency from one bound (inclusive) to the next; the last slot has no bound. */
export function histogramSql(filter: LogFilter, text: TextCondition, bounds: readonly number[]): Statement {
  return statement((bind) => {
    const cases = bounds.map((bound, index) => `WHEN latency < ${bound} THEN ${index}`).join(' ');
    const all = [...conditions(filter, text, bind), "status = 'ok'", 'latency IS NOT NULL'];
    return `SELECT CAST(CASE ${cases} ELSE ${bounds.length} END AS double precision) AS slot, CAST(count(*) AS double precision) AS count
      FROM chat_log ${where(all)} GROUP BY slot ORDER BY slot`;
  });
}
