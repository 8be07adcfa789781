import { existsSync } from 'node:fs';
import { command } from '../logging/cli/command.js';
import { beginReplay } from './begin-replay.js';
import { Interrupts } from './interrupts.js';
import { startOwnService, type ServiceInUse } from './own-service.js';
import { ParleyClient } from './parley-client.js';
import { Patience } from './patience.js';
import { Progress } from './progress.js';
import { isAnswered, ReplayJournal, unfinished } from './replay-journal.js';
import { readOptions, type ReplayOptions } from './replay-options.js';
import { shownSeconds } from './report/figures-text.js';
import { reportFiles, writeReport } from './report/write-report.js';
import { sendAgain } from './send-again.js';

const USAGE = `Sends logged prompts again to a model, and compares the answers: replay.html and replay.csv.

  npm run replay -- --model llama         the newest 100 rows of the log
      --was mistral --status ok           only rows with this model and this status
      --from 2026-11-01 --to 2026-11-24   only rows from this period (UTC)
      --limit 100                         at most this many rows
      --id 01JD… [--id 01JE…]             these rows
      --max-tokens 2000                   maximum tokens per answer; also limits the cost
      --concurrency 4                     prompts to send at the same time
  npm run replay -- --resume              continues an unfinished replay; requests no answer twice

  --url http://127.0.0.1:8000 [--key …]   use this service; otherwise one is started on this machine
  --file path                             the log of the started service; default DATABASE_URL, CHAT_LOG_PATH or chat_logs.csv
  --out replay                            prefix of the paths of the report
  --yes                                   does not ask for confirmation of the cost
Ctrl-C writes a report of the answers so far. Temperature, tools and other options of the first call are not in the log.
`;

let exitCode: number | undefined;

async function run(): Promise<boolean> {
  // Reports contain prompts.
  process.umask(0o077);
  // The report is still wanted if standard output is closed.
  process.stdout.on('error', () => undefined);
  const options = readOptions(process.argv.slice(2));
  const { journal } = reportFiles(options.out);
  if (options.begin && existsSync(journal)) throw unfinished(journal);
  const earlier = options.begin ? undefined : ReplayJournal.resume(journal);
  const interrupts = new Interrupts((code) => {
    exitCode = code;
    say('Stopping: waiting for running chats. Ctrl-C again aborts them.');
  });
  const service = await serviceFor(options);
  try {
    return await replay(options, service, interrupts, earlier);
  } finally {
    await service.stop();
  }
}

async function serviceFor({ url, key, file }: ReplayOptions): Promise<ServiceInUse> {
  if (url !== undefined) return { url, key, stop: () => Promise.resolve() };
  return startOwnService(file);
}

async function replay(
  options: ReplayOptions,
  service: ServiceInUse,
  interrupts: Interrupts,
  earlier: ReplayJournal | undefined,
): Promise<boolean> {
  const { begin, out, yes, concurrency } = options;
  const { url, key } = service;
  const files = reportFiles(out);
  const planning = { path: files.journal, yes, signal: interrupts.asked, say };
  const journal = begin
    ? await beginReplay(begin, { ...planning, client: new ParleyClient(url, key, interrupts.asked) })
    : earlier;
  if (!journal) return false;
  const progress = new Progress(process.stdout, journal.entries);
  const stopped = await sendAgain({
    client: new ParleyClient(url, key, interrupts.insisted),
    journal,
    patience: new Patience((ms, reason) => {
      progress.say(`${reason} Waiting for ${shownSeconds(ms / 1000)}.`);
    }),
    interrupts,
    concurrency,
    onSettled: (entry) => {
      progress.settled(entry);
    },
  });
  progress.end();
  writeReport(files, { plan: journal.plan, entries: journal.entries, stopped });
  say(`Wrote ${files.page} and ${files.table}.`);
  return conclude(journal, stopped);
}

/** @returns whether every prompt has an answer */
function conclude(journal: ReplayJournal, stopped: string | undefined): boolean {
  const { entries } = journal;
  const open = entries.filter((entry) => !isAnswered(entry)).length;
  if (stopped !== undefined) say(`Not finished: ${stopped}`);
  if (open > 0) say(`${open} of ${entries.length} prompts have no answer: --resume asks for them again.`);
  else journal.remove();
  return open === 0;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

await command(USAGE, run);
if (exitCode !== undefined) process.exitCode = exitCode;
