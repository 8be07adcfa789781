import { parseArgs } from 'node:util';
import { Settings } from '../../config/settings.js';
import { eraseLog } from '../csv/erasure/erase-log.js';
import { instantOf, type Selection } from '../selection.js';
import { command, UsageError } from './command.js';
import { confirmed } from './confirmed.js';
import { logPath } from './log-path.js';

const USAGE = `Erases prompt, response, messages and comments of rows in the chat log. The rows stay, for the counts to stay
true, and are marked with the time of their erasure. The service must not run. Backups and copies are not touched.

  npm run logs:erase -- --id 01JD… [--id 01JE…]      rows by id
  npm run logs:erase -- --before 2026-01-31[T12:00Z] rows from before that time (UTC)
  --dry-run                                          says what would be erased, and erases nothing
  --yes                                              does not ask before it erases
  --file path                                        the log; else CHAT_LOG_PATH, else ${new Settings().CHAT_LOG_PATH}
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
  const path = await logPath(values.file);
  if (values['dry-run']) return eraseLog(path, selection, { dryRun: true, say });
  if (!values.yes && !(await isConfirmed(path, selection))) {
    say('Nothing was erased.');
    return false;
  }
  return eraseLog(path, selection, { say });
}

const say = (line: string): void => {
  console.log(line);
};

/** Shows what would be erased, and asks. Where nobody can answer, throws. */
async function isConfirmed(path: string, selection: Selection): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new Error(
      'Erased texts cannot be had back: say --yes, or see with --dry-run what would be erased.',
    );
  await eraseLog(path, selection, { dryRun: true, say });
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
