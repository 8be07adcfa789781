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
      --was mistral --status ok           only rows that this model answered; that ended like this
      --from 2026-11-01 --to 2026-11-24   only rows of this time (UTC)
      --limit 100                         most rows
      --id 01JD… [--id 01JE…]             these rows
      --max-tokens 2000                   most tokens of an answer; bounds the cost too
      --concurrency 4                     prompts under way at the same time
  npm run replay -- --resume              continues an unfinished report; asks for no answer twice

  --url http://127.0.0.1:8000 [--key …]   through this service; else one is started for it on this machine
  --file path                             the log of that one; else DATABASE_URL, CHAT_LOG_PATH, chat_logs.csv
  --out replay                            how the paths of the report begin
  --yes                                   does not ask before it spends
Ctrl-C writes the report of what has arrived. Temperature, tools and other options of the first call are not in the log.
`;

let exitCode: number | undefined;

async function run(): Promise<boolean> {
  // Reports hold prompts.
  process.umask(0o077);
  // Who no longer reads the progress still wants the report.
  process.stdout.on('error', () => undefined);
  const options = readOptions(process.argv.slice(2));
  const { journal } = reportFiles(options.out);
  if (options.begin && existsSync(journal)) throw unfinished(journal);
  const earlier = options.begin ? undefined : ReplayJournal.resume(journal);
  const interrupts = new Interrupts((code) => {
    exitCode = code;
    say('Stopping: what is under way may arrive. Ctrl-C again gives it up.');
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

/** @returns whether every prompt has its answer */
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
