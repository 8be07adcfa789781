import { parseArgs } from 'node:util';
import { Settings } from '../../config/settings.js';
import { eraseLog } from '../csv/erasure/erase-log.js';
import { eraseChats } from '../postgres/erase-chats.js';
import { instantOf, type Selection } from '../selection.js';
import { command, UsageError } from './command.js';
import { confirmed } from './confirmed.js';
import { databaseUrl } from './log-of.js';
import { logPath } from './log-path.js';

const USAGE = `Erases prompt, response, messages and comments of rows in the chat log. The rows stay, for the counts to stay
true, and are marked with the time of their erasure. Backups and copies are not touched. The service must not run, unless the log is
in a database (DATABASE_URL); rows that wait in a service's spill are then not reached: wait until it is empty.

  npm run logs:erase -- --id 01JD… [--id 01JE…]      rows by id
  npm run logs:erase -- --before 2026-01-31[T12:00Z] rows from before that time (UTC)
  --dry-run                                          says what would be erased, and erases nothing
  --yes                                              does not ask before it erases
  --file path                                        a CSV log; else DATABASE_URL, CHAT_LOG_PATH, else ${new Settings().CHAT_LOG_PATH}
`;

async function run(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      id: { type: 'string', multiple: true },
      before: { type: 'string' },
      file: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
    },
  });
  const selection = selectionOf(values.id, values.before);
  const erase = await erasureOf(values.file, selection);
  if (values['dry-run']) return erase(true);
  if (!values.yes && !(await isConfirmed(erase))) {
    say('Nothing was erased.');
    return false;
  }
  return erase(false);
}

type Erasure = (dryRun: boolean) => Promise<boolean>;

/** In the given file or, with DATABASE_URL, in the database. */
async function erasureOf(file: string | undefined, selection: Selection): Promise<Erasure> {
  const url = file === undefined ? databaseUrl() : undefined;
  if (url !== undefined) return (dryRun) => eraseChats(url, selection, { dryRun, say });
  const path = await logPath(file);
  return (dryRun) => eraseLog(path, selection, { dryRun, say });
}

const say = (line: string): void => {
  console.log(line);
};

/** Shows what would be erased, and asks. Throws if nobody can answer. */
async function isConfirmed(erase: Erasure): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new Error(
      'Erased texts cannot be restored: confirm with --yes, or use --dry-run to see what would be erased.',
    );
  await erase(true);
  return confirmed('Erase these texts for good?');
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
