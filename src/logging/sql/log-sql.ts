import type { LogCursor } from '../log-cursor.js';
import type { LogFilter } from '../log-filter.js';
import type { Bucket } from '../log-stats.js';

/**
 * The log's questions in the SQL that DuckDB and PostgreSQL both speak, over a table or view `chat_log`
 * (timestamp in UTC, model, latency, prompt_tokens, response_tokens, status, ttft, cost, id).
 * What users type is bound, never spliced.
 */
export interface Statement {
  text: string;
  values: SqlValue[];
}

export type SqlValue = string | number;

/** Collects bound values; answers the placeholder of each. */
export type Bind = (value: SqlValue) => string;

/** The condition for the text in `q`: where the texts are is up to the database. */
export type TextCondition = (q: string, bind: Bind) => string;

/** For databases that hold the texts themselves. */
export const textIsLike: TextCondition = (q, bind) => {
  const pattern = bind(`%${q.replace(/[\\%_]/g, '\\$&')}%`);
  return `(prompt ILIKE ${pattern} ESCAPE '\\' OR response ILIKE ${pattern} ESCAPE '\\')`;
};

function statement(build: (bind: Bind) => string): Statement {
  const values: SqlValue[] = [];
  return { text: build((value) => `$${values.push(value)}`), values };
}

function conditions(filter: LogFilter, text: TextCondition, bind: Bind): string[] {
  const { model, status, from, to, q, minLatency, maxLatency } = filter;
  return [
    model !== undefined && `model = ${bind(model)}`,
    status !== undefined && `status = ${bind(status)}`,
    from && `timestamp >= CAST(${bind(sqlTime(from))} AS timestamp)`,
    to && `timestamp < CAST(${bind(sqlTime(to))} AS timestamp)`,
    minLatency !== undefined && `latency >= ${bind(minLatency)}`,
    maxLatency !== undefined && `latency <= ${bind(maxLatency)}`,
    q !== undefined && text(q, bind),
  ].filter((condition) => typeof condition === 'string');
}

const where = (all: string[]) => (all.length === 0 ? '' : `WHERE ${all.join(' AND ')}`);
const sqlTime = (time: Date) => time.toISOString().replace('T', ' ').replace('Z', '');

/** Newest first, from the cursor on. `columns` is ours, not the user's. */
export function pageSql(
  columns: string,
  filter: LogFilter,
  text: TextCondition,
  limit: number,
  after?: LogCursor,
): Statement {
  return statement((bind) => {
    const all = conditions(filter, text, bind);
    if (after) {
      const time = `CAST(${bind(after.timestamp)} AS timestamp)`;
      all.push(`(timestamp < ${time} OR (timestamp = ${time} AND id < ${bind(after.id)}))`);
    }
    return `SELECT ${columns} FROM chat_log ${where(all)} ORDER BY timestamp DESC, id DESC LIMIT ${limit}`;
  });
}

/** `columns` and `order` are ours, not the user's. */
export function rowsSql(columns: string, filter: LogFilter, text: TextCondition, order: string): Statement {
  return statement(
    (bind) => `SELECT ${columns} FROM chat_log ${where(conditions(filter, text, bind))} ORDER BY ${order}`,
  );
}

export function byIdSql(columns: string, id: string): Statement {
  return statement((bind) => `SELECT ${columns} FROM chat_log WHERE id = ${bind(id)} LIMIT 1`);
}

/** One aggregate with three elements: three aggregates would sort, and hold, every value three times. */
function distribution(column: string): string {
  const at = `(percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY ${column}))`;
  const elements = ['p50', 'p95', 'p99'].map((name, index) => `${at}[${index + 1}] AS ${column}_${name}`);
  return [...elements, `avg(${column}) AS ${column}_mean`].join(', ');
}

const FIGURES = `
  CAST(GROUPING(model) AS double precision) AS is_total,
  CAST(count(*) AS double precision) AS count,
  CAST(count(*) FILTER (WHERE status = 'error') AS double precision) AS errors,
  ${distribution('latency')},
  ${distribution('ttft')},
  CAST(sum(prompt_tokens) AS double precision) AS prompt_tokens,
  CAST(sum(response_tokens) AS double precision) AS response_tokens,
  CAST(sum(response_tokens) FILTER (WHERE latency > 0) AS double precision) AS timed_tokens,
  sum(latency) FILTER (WHERE latency > 0 AND response_tokens IS NOT NULL) AS timed_seconds,
  sum(cost) AS cost`;

/** Lines of FiguresLine. */
export function statsSql(filter: LogFilter, text: TextCondition): Statement {
  return statement(
    (bind) => `SELECT model, ${FIGURES} FROM chat_log ${where(conditions(filter, text, bind))}
      GROUP BY GROUPING SETS ((model), ()) ORDER BY model`,
  );
}

/** Lines of FiguresLine, in the order of time. */
export function statsOverTimeSql(filter: LogFilter, text: TextCondition, bucket: Bucket): Statement {
  return statement(
    (bind) => `SELECT CAST(bucket AS varchar) AS start, model, ${FIGURES}
      FROM (SELECT date_trunc('${bucket}', timestamp) AS bucket, * FROM chat_log
            ${where(conditions(filter, text, bind))}) AS bucketed
      GROUP BY GROUPING SETS ((bucket, model), (bucket)) ORDER BY bucket, model`,
  );
}

export function bucketCountSql(filter: LogFilter, text: TextCondition, bucket: Bucket): Statement {
  return statement(
    (bind) => `SELECT CAST(count(DISTINCT date_trunc('${bucket}', timestamp)) AS double precision) AS buckets
      FROM chat_log ${where(conditions(filter, text, bind))}`,
  );
}

/** How many rows have a latency from one bound (inclusive) to the next; the last is open. */
export function histogramSql(filter: LogFilter, text: TextCondition, bounds: readonly number[]): Statement {
  return statement((bind) => {
    const cases = bounds.map((bound, index) => `WHEN latency < ${bound} THEN ${index}`).join(' ');
    const all = [...conditions(filter, text, bind), 'latency IS NOT NULL'];
    return `SELECT CAST(CASE ${cases} ELSE ${bounds.length} END AS double precision) AS slot, CAST(count(*) AS double precision) AS count
      FROM chat_log ${where(all)} GROUP BY slot ORDER BY slot`;
  });
}
