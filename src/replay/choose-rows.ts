import type { Message } from '../models/model.types.js';
import type { ParleyClient } from './parley-client.js';
import type { RowChoice } from './replay-options.js';
import type { LoggedRow } from './logged-row.js';

const PAGE_ROWS = 200;
/** Prefix of `request_id` in a row that answers a replay; the id of the original row follows. */
export const REPLAY_ID = 'replay-';

/** How many rows were left out, and why. */
export interface Skipped {
  /** Their texts were erased. */
  erased: number;
  /** The row does not contain the request. */
  unreadable: number;
  /** They are not chats. */
  embeddings: number;
  /** They come from a replay. Rows chosen by id are not left out. */
  replays: number;
}

export interface ChosenRows {
  readonly rows: readonly LoggedRow[];
  readonly skipped: Skipped;
}

/** The rows to send again: newest first, or in the order of the given ids. Throws ServiceFailure. */
export async function chooseRows(client: ParleyClient, choice: RowChoice): Promise<ChosenRows> {
  const rows: LoggedRow[] = [];
  const skipped: Skipped = { erased: 0, unreadable: 0, embeddings: 0, replays: 0 };
  for await (const row of candidates(client, choice)) {
    const reason = reasonToSkip(row, choice.ids.length > 0);
    if (reason) skipped[reason]++;
    else if (rows.push(row) >= choice.limit) break;
  }
  return { rows, skipped };
}

async function* candidates(client: ParleyClient, { ids, filters, limit }: RowChoice) {
  for (const id of ids) yield await client.row(id);
  let cursor: string | null = ids.length > 0 ? null : '';
  while (cursor !== null) {
    const query = { ...filters, limit: String(Math.min(limit, PAGE_ROWS)), ...(cursor !== '' && { cursor }) };
    const page = await client.page(query);
    yield* page.data;
    cursor = page.next_cursor;
  }
}

function reasonToSkip(row: LoggedRow, chosenById: boolean): keyof Skipped | undefined {
  if (row.erased_at !== null) return 'erased';
  if (loggedMessages(row) === undefined) return 'unreadable';
  // A successful chat has a finish reason; logs of seven columns, which lack it, contain no empty answers.
  if (row.status === 'ok' && row.finish_reason === null && row.response === '') return 'embeddings';
  return !chosenById && row.request_id?.startsWith(REPLAY_ID) ? 'replays' : undefined;
}

/** The request, including images and tool calls; undefined if the row does not contain it. */
export function loggedMessages({ messages, prompt }: LoggedRow): readonly Message[] | undefined {
  if (messages === null) return prompt === '' ? undefined : [{ role: 'user', content: prompt }];
  const isList = Array.isArray(messages) && messages.length > 0 && messages.every(isMessage);
  return isList ? (messages as Message[]) : undefined;
}

function isMessage(value: unknown): boolean {
  return typeof value === 'object' && value !== null && typeof (value as Message).role === 'string';
}
