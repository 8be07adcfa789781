import { parseArgs } from 'node:util';
import { Settings } from '../../config/settings.js';
import { command, UsageError } from './command.js';
import { eraseLog } from './erase-log.js';
import { instantOf, type Selection } from './erase-row.js';
import { logPath } from './log-path.js';

const USAGE = `Blanks prompt, response and messages of rows in the chat log and keeps the rows, for the counts to stay true.
The service must not run. Backups and copies are not touched.

  npm run logs:erase -- --id 01JD… [--id 01JE…]     rows by id
  npm run logs:erase -- --before 2026-01-31[T12:00Z] rows from before that time (UTC)
  --file path                                        the log; else CHAT_LOG_PATH, else ${new Settings().CHAT_LOG_PATH}
`;

async function run(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      id: { type: 'string', multiple: true },
      before: { type: 'string' },
      file: { type: 'string' },
    },
  });
  const selection = selectionOf(values.id, values.before);
  return eraseLog(await logPath(values.file), selection, (line) => {
    console.log(line);
  });
}

function selectionOf(ids: string[] | undefined, before: string | undefined): Selection {
  if ((ids === undefined) === (before === undefined)) throw new UsageError('Give either --id or --before.');
  if (ids) return { ids };
  const instant = instantOf(before ?? '');
  if (Number.isNaN(instant))
    throw new UsageError('--before must be a date, like 2026-01-31 or 2026-01-31T12:00:00Z');
  return { before: instant };
}

void command(USAGE, run);
