import { loggedMessages, REPLAY_ID } from './choose-rows.js';
import type { Interrupts } from './interrupts.js';
import type { ParleyClient } from './parley-client.js';
import { ReplayStopped, type Patience } from './patience.js';
import { isAnswered, type ReplayEntry, type ReplayJournal } from './replay-journal.js';
import { ServiceFailure } from './service-failure.js';

export interface SendingParts {
  readonly client: ParleyClient;
  readonly journal: ReplayJournal;
  readonly patience: Patience;
  readonly interrupts: Interrupts;
  /** Number of prompts to send at the same time. */
  readonly concurrency: number;
  readonly onSettled: (entry: ReplayEntry) => void;
}

/**
 * Sends the prompts that have no answer yet, several at a time.
 * @returns why it stopped early; undefined if it did not
 */
export async function sendAgain(parts: SendingParts): Promise<string | undefined> {
  const waiting = parts.journal.entries.filter((entry) => !isAnswered(entry)).values();
  let stopped: unknown;
  const sender = async (): Promise<void> => {
    for (const entry of waiting) {
      try {
        await sendOne(entry, parts);
      } catch (error) {
        stopped ??= error;
      }
      // The running chats are still recorded: they are paid for.
      if (stopped) return;
    }
  };
  await Promise.all(Array.from({ length: parts.concurrency }, sender));
  if (stopped === undefined) return undefined;
  if (stopped instanceof ReplayStopped) return stopped.message;
  throw stopped as Error;
}

async function sendOne(entry: ReplayEntry, parts: SendingParts): Promise<void> {
  const { client, journal, patience, interrupts, onSettled } = parts;
  const { model, maxTokens } = journal.plan.terms;
  const { source } = entry;
  const question = {
    model,
    messages: loggedMessages(source) ?? [],
    ...(maxTokens !== null && { max_tokens: maxTokens }),
  };
  const requestId = REPLAY_ID + (source.id ?? source.timestamp);
  try {
    const id = await patience.attempt(() => client.ask(question, requestId), interrupts.asked);
    journal.settle(entry, { row: await patience.attempt(() => client.row(id), interrupts.insisted) });
  } catch (error) {
    if (!(error instanceof ServiceFailure)) throw error;
    journal.settle(entry, { failure: { code: error.code, detail: error.message } });
  }
  onSettled(entry);
}
