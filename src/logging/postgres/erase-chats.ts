import pg from 'pg';
import type { Selection } from '../selection.js';
import { upsertAmendments } from './upsert-amendments.js';

/** Rows of one transaction. */
const BATCH = 1_000;

export interface EraseChatsOptions {
  /** Says how many rows would be erased, and erases nothing. */
  dryRun?: boolean;
  /** Told, in lines for a person, what was done. */
  say: (line: string) => void;
}

/**
 * Takes prompt, response, messages and comments from the selected rows, and marks the rows with `erased_at`. Killed at
 * any moment every row is whole, and another run completes the work. Rows in the spill of a service are not reached.
 * @returns true if every id was found
 */
export async function eraseChats(
  url: string,
  selection: Selection,
  { dryRun = false, say }: EraseChatsOptions,
): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const found = await (dryRun ? countChats(client, selection) : eraseAll(client, selection));
    say(`${found} ${found === 1 ? 'row' : 'rows'} ${dryRun ? 'to erase' : 'erased'} in the database`);
    return !('ids' in selection) || found === new Set(selection.ids).size;
  } finally {
    await client.end();
  }
}

async function countChats(client: pg.Client, selection: Selection): Promise<number> {
  const [which, value] = whichOf(selection);
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::integer AS count FROM chat_texts WHERE ${which}`,
    [value],
  );
  return rows[0]?.count ?? 0;
}

async function eraseAll(client: pg.Client, selection: Selection): Promise<number> {
  const [which, value] = whichOf(selection);
  const batch = 'ids' in selection ? which : `${which} ORDER BY timestamp LIMIT ${BATCH}`;
  let found = 0;
  let erased: number;
  do {
    erased = (await erase(client, batch, value)).length;
    found += erased;
  } while (erased === BATCH && 'before' in selection);
  // What was erased stays in the files of the tables until they are cleaned up.
  await client.query('VACUUM chat_texts');
  return found;
}

/** By id, or older ones that still have texts. */
function whichOf(selection: Selection): [which: string, value: string | readonly string[]] {
  if ('ids' in selection) return ['id = ANY($1)', selection.ids];
  const before = new Date(selection.before).toISOString().replace('Z', '');
  return ["timestamp < $1 AND (prompt <> '' OR response <> '' OR messages <> '')", before];
}

/** @returns the ids of the rows that were erased now */
async function erase(client: pg.Client, which: string, value: string | readonly string[]): Promise<string[]> {
  await client.query('BEGIN');
  const { rows } = await client.query<{ id: string }>(
    `WITH chosen AS (SELECT timestamp, id FROM chat_texts WHERE ${which})
     UPDATE chat_texts SET prompt = '', response = '', messages = '' FROM chosen
     WHERE chat_texts.id = chosen.id AND chat_texts.timestamp = chosen.timestamp RETURNING chat_texts.id`,
    [value],
  );
  const timestamp = new Date().toISOString();
  const marks = rows.flatMap(({ id }) => [
    { timestamp, id, field: 'comment', value: '' } as const,
    { timestamp, id, field: 'erased_at', value: timestamp } as const,
  ]);
  if (marks.length > 0) await client.query(upsertAmendments(marks));
  await client.query('COMMIT');
  return rows.map(({ id }) => id);
}
