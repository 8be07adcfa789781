import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Settings } from '../../config/settings.js';
import { eraseLog } from './erase-log.js';
import { instantOf, type Selection } from './erase-row.js';

const USAGE = `Blanks prompt, response and messages of rows in the chat log and keeps the rows, for the counts to stay true.
The service must not run. Backups and copies are not touched.

  npm run logs:erase -- --id 01JD… [--id 01JE…]     rows by id
  npm run logs:erase -- --before 2026-01-31[T12:00Z] rows from before that time (UTC)
  --log path                                         the log; else CHAT_LOG_PATH, else ${new Settings().CHAT_LOG_PATH}`;

function readArguments(): { path: string; selection: Selection } | undefined {
  const { values } = parseArgs({
    options: {
      id: { type: 'string', multiple: true },
      before: { type: 'string' },
      log: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const { id: ids, before, help } = values;
  if (help || (ids === undefined) === (before === undefined)) return undefined;
  // An empty variable counts as not set, as in the service.
  const path = resolve([values.log, process.env.CHAT_LOG_PATH].find(Boolean) ?? new Settings().CHAT_LOG_PATH);
  if (ids) return { path, selection: { ids } };
  const instant = instantOf(before ?? '');
  if (Number.isNaN(instant))
    throw new Error('--before must be a date, like 2026-01-31 or 2026-01-31T12:00:00Z');
  return { path, selection: { before: instant } };
}

async function main(): Promise<number> {
  const asked = readArguments();
  if (!asked) {
    console.error(USAGE);
    return 2;
  }
  const complete = await eraseLog(asked.path, asked.selection, (line) => {
    console.log(line);
  });
  return complete ? 0 : 1;
}

try {
  process.loadEnvFile();
} catch {
  // No .env is fine: the service does without one too.
}
// Until it is known better: a program that ends early must not look as if texts had been erased.
process.exitCode = 1;
main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error((error as Error).message);
  },
);
