import type { Pool, PoolClient, QueryConfig } from 'pg';
import type { StampedAmendment } from '../amendment.js';
import type { LogRow } from '../log-row.js';
import { insertRows, timeOf } from './insert-rows.js';
import { migrate } from './migrate.js';
import { monthOf, Partitions } from './partitions.js';
import { openPool, withConnection } from './pool.js';
import { replaceStandIns } from './stand-ins.js';
import { upsertAmendments } from './upsert-amendments.js';

/** Rows, amendments, and one that ships what waits or looks after partitions. */
const CONNECTIONS = 3;
const DAY_MS = 24 * 60 * 60_000;
/** The next month's partition is there before the first row of that month. */
const AHEAD_MS = 7 * DAY_MS;

export interface LogDatabaseOptions {
  url: string;
  /** Longest wait for a connection, and longest time for one statement, in ms. */
  writeTimeoutMs: number;
  /** Months that ended longer ago are dropped; 0 keeps all. */
  retentionDays: number;
}

/** The side of the database that writes. Every method rejects if the database did not do all of it, or did not say so. */
export class LogDatabase {
  private readonly pool: Pool;
  private readonly partitions = new Partitions();
  private isMigrated = false;

  constructor(private readonly options: LogDatabaseOptions) {
    const { url, writeTimeoutMs } = options;
    this.pool = openPool({
      url,
      size: CONNECTIONS,
      connectTimeoutMs: writeTimeoutMs,
      statementTimeoutMs: writeTimeoutMs,
    });
  }

  /** Brings the schema up to date, once for each process, and shows that the database answers. */
  async prepare(): Promise<void> {
    const { url, writeTimeoutMs } = this.options;
    if (!this.isMigrated) await migrate(url, writeTimeoutMs);
    this.isMigrated = true;
    await this.run(async (client) => {
      await client.query('SELECT 1');
      await this.partitions.ensure(client, monthsAround(Date.now()));
    });
  }

  /** All of the rows, or none. Those that are there already stay as they are, unless they only stand for these. */
  insert(rows: readonly LogRow[]): Promise<void> {
    return this.run(async (client) => {
      await this.partitions.ensure(client, new Set(rows.map((row) => monthOf(timeOf(row)))));
      const { rowCount } = await client.query(insertRows(rows));
      if (rowCount !== rows.length) await replaceStandIns(client, rows);
    });
  }

  /** All of the amendments, or none. Those that are there already change nothing. */
  amend(amendments: readonly StampedAmendment[]): Promise<void> {
    return this.statement(upsertAmendments(amendments));
  }

  /**
   * Makes the partition of the next month in time, and drops months by the rule of retention.
   * @returns the months that were dropped: `2026-01`
   */
  maintain(now = Date.now()): Promise<string[]> {
    return this.run(async (client) => {
      this.partitions.forget();
      await this.partitions.ensure(client, monthsAround(now));
      const { retentionDays } = this.options;
      if (retentionDays === 0) return [];
      return this.partitions.dropBefore(client, new Date(now - retentionDays * DAY_MS));
    });
  }

  close(): Promise<void> {
    return this.pool.end();
  }

  private async statement(query: QueryConfig): Promise<void> {
    await this.run((client) => client.query(query));
  }

  private async run<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    try {
      return await withConnection(this.pool, work);
    } catch (error) {
      this.partitions.forget();
      throw error;
    }
  }
}

const monthsAround = (now: number): Set<number> =>
  new Set([now, now + AHEAD_MS].map((time) => monthOf(new Date(time).toISOString())));
