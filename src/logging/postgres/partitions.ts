import type { ClientBase } from 'pg';

/** Both are cut into months, so that old ones can be dropped whole. */
const TABLES = ['chats', 'chat_texts'] as const;
/** Of the advisory lock under which partitions are made. */
const LOCK = 7_275_395_392;
const DROP_LOCK_TIMEOUT_MS = 500;

/** A month in UTC, counted from year 0. */
type Month = number;

/** The month of a time in UTC as PostgreSQL prints it, or as ISO 8601. */
export const monthOf = (timestamp: string): Month =>
  Number(timestamp.slice(0, 4)) * 12 + Number(timestamp.slice(5, 7)) - 1;

const firstDay = (month: Month): string =>
  `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}-01`;

const partitionName = (table: string, month: Month): string =>
  `${table}_${firstDay(month).slice(0, 7).replace('-', '_')}`;

/** The monthly partitions of the log. */
export class Partitions {
  private readonly known = new Set<Month>();

  /** Makes those that are missing. */
  async ensure(client: ClientBase, months: Iterable<Month>): Promise<void> {
    for (const month of months) {
      if (this.known.has(month)) continue;
      await make(client, month);
      this.known.add(month);
    }
  }

  /** Another process may have dropped some. */
  forget(): void {
    this.known.clear();
  }

  /** Drops the months that ended before an instant, with all their rows. */
  async dropBefore(client: ClientBase, instant: Date): Promise<string[]> {
    const end = monthOf(instant.toISOString());
    const { rows } = await client.query<{ name: string }>(
      `SELECT child.relname AS name FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
       WHERE inhparent = 'chats'::regclass ORDER BY name`,
    );
    const old = rows.map(({ name }) => monthOf(name.slice('chats_'.length))).filter((month) => month < end);
    for (const month of old) {
      const names = TABLES.map((table) => partitionName(table, month)).join(', ');
      this.known.delete(month);
      // A reader of an old month must not make all writers queue behind us: given up for now.
      const timeout = `SET LOCAL lock_timeout = ${DROP_LOCK_TIMEOUT_MS}`;
      await client.query(`BEGIN; ${timeout}; DROP TABLE IF EXISTS ${names}; COMMIT`);
    }
    if (old.length > 0) await client.query('DELETE FROM amended WHERE last_at < $1', [firstDay(end)]);
    return old.map((month) => firstDay(month).slice(0, 7));
  }
}

/** Attached, not created in place: that would wait for every reader, and every writer for it. */
async function make(client: ClientBase, month: Month): Promise<void> {
  const statements = TABLES.map((table) => {
    const name = partitionName(table, month);
    const range = `FROM ('${firstDay(month)}') TO ('${firstDay(month + 1)}')`;
    return `IF to_regclass('${name}') IS NULL THEN
      CREATE TABLE ${name} (LIKE ${table} INCLUDING ALL);
      ALTER TABLE ${table} ATTACH PARTITION ${name} FOR VALUES ${range};
    END IF;`;
  });
  await client.query(`DO $$ BEGIN PERFORM pg_advisory_xact_lock(${LOCK}); ${statements.join('\n')} END $$`);
}
