import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { sqlOverLog } from '../index/sql-over-log.js';
import { command, UsageError } from './command.js';
import { csvLogOf, databaseUrl } from './log-of.js';
import { logPath } from './log-path.js';
import { queryOutput } from './query-output.js';

const USAGE = `Usage: npm run logs -- "select …" [--file chat_logs.csv] [--json | --csv]
Read-only SQL (DuckDB) over a view \`logs\` of a log and its rotated and older neighbours, e.g.
  npm run logs -- "select model, status, count(*) from logs group by all order by all"
--json prints one object a line.
`;

async function run(): Promise<boolean> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      file: { type: 'string' },
      json: { type: 'boolean', default: false },
      csv: { type: 'boolean', default: false },
    },
  });
  const [sql] = positionals;
  if (sql === undefined || positionals.length > 1) throw new UsageError('Give one statement, in quotes.');
  const format = values.json ? 'json' : values.csv ? 'csv' : 'table';
  if (values.file === undefined && databaseUrl() !== undefined)
    throw new Error(
      'The log is in PostgreSQL (DATABASE_URL): ask it with psql, view chat_log, or name a CSV log with --file.',
    );
  const log = csvLogOf(await logPath(values.file));
  try {
    await sqlOverLog(log, sql, (result) =>
      pipeline(Readable.from(queryOutput(result, format)), process.stdout, { end: false }),
    );
    return true;
  } finally {
    await log.close();
  }
}

void command(USAGE, run);
