import { confirmed } from '../logging/cli/confirmed.js';
import { rowCount } from '../logging/cli/command.js';
import type { ModelDto } from '../models/dto/model.dto.js';
import { chooseRows, type Skipped } from './choose-rows.js';
import { estimateCost, type CostEstimate } from './cost-estimate.js';
import type { ParleyClient } from './parley-client.js';
import { ReplayJournal } from './replay-journal.js';
import type { ReplayOptions } from './replay-options.js';
import { shownCost } from './report/figures-text.js';

export interface BeginningParts {
  readonly client: ParleyClient;
  /** Path of the journal. */
  readonly path: string;
  /** Spend without asking. */
  readonly yes: boolean;
  /** Aborts the question. */
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Chooses the rows, states the maximum cost, asks. Undefined: declined. Throws if it cannot ask or finds no rows. */
export async function beginReplay(
  { terms, choice }: NonNullable<ReplayOptions['begin']>,
  { client, path, yes, signal, say }: BeginningParts,
): Promise<ReplayJournal | undefined> {
  const model = await modelNamed(client, terms.model);
  const { rows, skipped } = await chooseRows(client, choice);
  for (const line of skippedLines(skipped)) say(line);
  if (rows.length === 0) throw new Error('There are no rows to send again.');
  say(`${rowCount(rows.length)} for ${terms.model}: ${costText(estimateCost(rows, model, terms.maxTokens))}`);
  if (!yes && !process.stdin.isTTY) throw new Error('Nothing was sent: confirm the cost with --yes.');
  if (!yes && !(await confirmed('Send?', signal))) {
    say('Nothing was sent.');
    return undefined;
  }
  return ReplayJournal.begin(path, { terms, skipped, startedAt: new Date().toISOString() }, rows);
}

/** Undefined for a slug without a registered name, which the service may still accept. */
async function modelNamed(client: ParleyClient, name: string): Promise<ModelDto | undefined> {
  const models = await client.models();
  const model = models.find((one) => one.name === name);
  if (!model && !name.includes('/'))
    throw new Error(`There is no model ${name}. Known: ${models.map((one) => one.name).join(', ')}.`);
  return model;
}

function costText({ most, likely }: CostEstimate): string {
  const usual =
    likely === undefined ? '' : ` (about ${shownCost(likely)} if the answers are as long as before)`;
  return most === undefined
    ? `the maximum cost is unknown, because a price or the longest answer is not known${usual}. --max-tokens limits answers.`
    : `costs ${shownCost(most)} at most${usual}.`;
}

function skippedLines({ erased, unreadable, embeddings, replays }: Skipped): string[] {
  return [
    ...(erased > 0 ? [`Left out: ${rowCount(erased)} whose texts were erased.`] : []),
    ...(unreadable > 0 ? [`Left out: ${rowCount(unreadable)} without what was sent.`] : []),
    ...(embeddings > 0 ? [`Left out: ${rowCount(embeddings)} of embeddings.`] : []),
    ...(replays > 0 ? [`Left out: ${rowCount(replays)} of earlier replays; select them with --id.`] : []),
  ];
}
