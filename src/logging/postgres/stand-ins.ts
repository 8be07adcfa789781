import type { ClientBase } from 'pg';
import type { LogRow } from '../log-row.js';
import { insertRows } from './insert-rows.js';

/** The row that was written for a chat whose process was taken for dead: nothing was measured. */
const isStandIn = ({ status, latency }: LogRow): boolean => status === 'interrupted' && latency === null;

const DELETE = `
WITH gone AS (
  DELETE FROM chats WHERE id = ANY ($1) AND status = 'interrupted' AND latency IS NULL RETURNING id, timestamp)
DELETE FROM chat_texts USING gone WHERE chat_texts.id = gone.id AND chat_texts.timestamp = gone.timestamp`;

/** The process was alive, or has left its rows in a spill: these take the place of what stands for them. */
export async function replaceStandIns(client: ClientBase, rows: readonly LogRow[]): Promise<void> {
  const measured = rows.filter((row) => !isStandIn(row));
  await client.query('BEGIN');
  const { rowCount } = await client.query(DELETE, [measured.map(({ id }) => id)]);
  if (rowCount) await client.query(insertRows(measured));
  await client.query('COMMIT');
}
