/** Changes with the statements below: an index of another version is made anew. */
export const SCHEMA_VERSION = 2;

/**
 * The figures of every row and where it is in its file; never a text. `chat_log` is what questions are put to: rows
 * with their amendments. Of an amendment the value is kept only where it is a figure or a time.
 */
export const INDEX_SCHEMA = [
  'CREATE TABLE version AS SELECT ' + SCHEMA_VERSION.toString() + ' AS version',
  'CREATE TABLE source_file (file_no INTEGER, state VARCHAR)',
  `CREATE TABLE logged_row (
     file_no INTEGER, start DOUBLE, bytes INTEGER, timestamp TIMESTAMP, model VARCHAR, requested_model VARCHAR,
     key VARCHAR, status VARCHAR, latency DOUBLE, ttft DOUBLE, overhead DOUBLE, cost DOUBLE, prompt_tokens DOUBLE,
     response_tokens DOUBLE, id VARCHAR)`,
  `CREATE TABLE amendment (
     file_no INTEGER, start DOUBLE, bytes INTEGER, moment DOUBLE, id VARCHAR, field VARCHAR, value VARCHAR)`,
  `CREATE VIEW amended AS SELECT id, ${['cost', 'prompt_tokens', 'response_tokens', 'score'].map(lastNumber).join(', ')}
     FROM amendment GROUP BY id`,
  `CREATE VIEW chat_log AS SELECT logged_row.* REPLACE (
       ${['cost', 'prompt_tokens', 'response_tokens'].map((name) => `coalesce(amended.${name}, logged_row.${name}) AS ${name}`).join(', ')}),
     amended.score FROM logged_row LEFT JOIN amended ON amended.id = logged_row.id`,
];

function lastNumber(field: string): string {
  return `TRY_CAST(arg_max(value, row(moment, start)) FILTER (WHERE field = '${field}') AS DOUBLE) AS ${field}`;
}
