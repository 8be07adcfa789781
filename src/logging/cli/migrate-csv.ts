import { parseArgs } from 'node:util';
import { CsvImport } from '../postgres/import-csv.js';
import { LogDatabase } from '../postgres/log-database.js';
import { command, UsageError } from './command.js';
import { databaseUrl } from './log-of.js';
import { logPath } from './log-path.js';

const USAGE = `Usage: npm run migrate:csv [-- --file chat_logs.csv]
Brings a CSV log, its rotated and older neighbours and its amendments into the database of DATABASE_URL. The files stay
as they are, and rows that are there already are left out: it may be run again, and while the service runs.
`;

/** For a batch of some hundred rows. */
const WRITE_TIMEOUT_MS = 60_000;

async function run(): Promise<boolean> {
  const { values } = parseArgs({ options: { file: { type: 'string' } } });
  const path = await logPath(values.file);
  const url = databaseUrl();
  if (url === undefined) throw new UsageError('DATABASE_URL says into which database; it is not set.');
  const database = new LogDatabase({ url, writeTimeoutMs: WRITE_TIMEOUT_MS, retentionDays: 0 });
  try {
    await database.prepare();
    return await new CsvImport(database, (line) => process.stdout.write(`${line}\n`)).run(path);
  } finally {
    await database.close();
  }
}

void command(USAGE, run);
