import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { resolve } from 'node:path';
import type { Settings } from '../../config/settings.js';
import type { Amendment, StampedAmendment } from '../amendment.js';
import { BEAT_MS } from '../csv/file-lock.js';
import { amendmentsPath, besideLog, lockPath } from '../csv/log-neighbours.js';
import { LogOwnership } from '../csv/log-ownership.js';
import { logUnavailable } from '../log-failures.js';
import type { LogRow } from '../log-row.js';
import { LogStore, type AppendResult, type LogStoreState } from '../log-store.js';
import { LogStartError, reasonOf } from '../writer/log-start-error.js';
import { Outage } from '../writer/outage.js';
import { Channel } from './channel.js';
import { isMisconfigured } from './database-errors.js';
import { DatabaseLink } from './database-link.js';
import { AMENDMENT_LINES, ROW_LINES } from './line-format.js';
import { LogDatabase } from './log-database.js';

/** Above this no new chat is admitted; the rows of those that were are kept all the same. */
const QUEUE_MAX_BYTES = 64 * 1024 * 1024;
const MAINTAIN_MS = 60 * 60_000;
/** What a row holds beside its texts, and an amendment in all. */
const LINE_BYTES = 1_000;

/** The log in PostgreSQL, and in a spill of CSV files while the database takes no rows. */
export class PostgresLogStore extends LogStore implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(PostgresLogStore.name);
  private readonly outage = new Outage(this.logger, 'The database of the log', 'they go to the spill');
  private readonly spillOutage = new Outage(this.logger, 'The spill', 'they are kept in memory');
  private readonly database: LogDatabase;
  private readonly link: DatabaseLink;
  private readonly ownership: LogOwnership;
  private readonly rows: Channel<LogRow>;
  private readonly amendments: Channel<StampedAmendment>;
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(private readonly settings: Settings) {
    super();
    const database = (this.database = new LogDatabase({
      url: settings.DATABASE_URL,
      writeTimeoutMs: settings.DATABASE_WRITE_TIMEOUT_MS,
      retentionDays: settings.LOG_RETENTION_DAYS,
    }));
    this.link = new DatabaseLink(this.outage, () => database.prepare());
    const path = resolve(settings.CHAT_LOG_PATH);
    const [spillPath, rejectsPath] = [besideLog(path, 'spill'), besideLog(path, 'rejected')];
    const notice = (line: string) => {
      this.logger.warn(line);
    };
    this.ownership = new LogOwnership(lockPath(spillPath), notice);
    const around = {
      durability: settings.CHAT_LOG_DURABILITY,
      ownership: this.ownership,
      notice,
      link: this.link,
      spillOutage: this.spillOutage,
      stall: new Outage(this.logger, 'The log', 'rows are kept in memory'),
    };
    this.rows = new Channel<LogRow>(
      {
        lines: ROW_LINES,
        spillPath,
        rejectsPath,
        insert: (rows) => database.insert(rows),
        sizeOf: ({ prompt, response, messages }) =>
          2 * (prompt.length + response.length + messages.length) + LINE_BYTES,
        onWritten: (row) => {
          this.rows$.next(row);
        },
      },
      around,
    );
    this.amendments = new Channel<StampedAmendment>(
      {
        lines: AMENDMENT_LINES,
        spillPath: amendmentsPath(spillPath),
        rejectsPath: amendmentsPath(rejectsPath),
        insert: (amendments) => database.amend(amendments),
        sizeOf: ({ value }) => 2 * value.length + LINE_BYTES,
        onWritten: (amendment) => {
          this.amendments$.next(amendment);
        },
      },
      around,
    );
  }

  async onModuleInit(): Promise<void> {
    try {
      await this.ownership.take();
      for (const channel of this.channels) await channel.open();
      await this.connect();
    } catch (error) {
      await this.close();
      if (error instanceof LogStartError) throw error;
      const reason = reasonOf(error);
      throw new LogStartError(`Cannot open the spill of the chat log: ${reason}`, reason, { cause: error });
    }
    this.link.begin(this.channels);
    const beat = setInterval(() => {
      void this.ownership.beat();
      this.probe();
    }, BEAT_MS);
    const maintain = setInterval(() => void this.maintain(), MAINTAIN_MS);
    this.timers.push(beat.unref(), maintain.unref());
    // What rotates logs sends it: as with files, no reason to end.
    if (!process.stdout.isTTY) process.on('SIGHUP', this.probe);
    void this.maintain();
  }

  /** The last of the shutdown hooks: answers are still delivered, and their rows written, in those before. */
  async onApplicationShutdown(): Promise<void> {
    if (this.timers.length === 0) return;
    const lost = await this.close();
    if (lost === 0) return;
    this.logger.error(`${lost} rows could not be written before the service stopped and are lost`);
    process.exitCode = 1;
  }

  admit(): void {
    if (this.reason() === undefined) return;
    this.outage.refuse();
    throw logUnavailable();
  }

  append(row: LogRow): Promise<AppendResult> {
    return this.isLocal ? this.rows.appendLocally(row) : this.rows.append(row);
  }

  async amend(amendments: readonly Amendment[]): Promise<AppendResult> {
    const timestamp = new Date().toISOString();
    const results = await Promise.all(
      amendments.map((amendment) => {
        const stamped = { timestamp, ...amendment };
        return this.isLocal ? this.amendments.appendLocally(stamped) : this.amendments.append(stamped);
      }),
    );
    return results.find((result) => result !== 'written') ?? 'written';
  }

  state(): LogStoreState {
    const reason = this.reason();
    const pending = this.channels.reduce((sum, channel) => sum + channel.pending, 0);
    const common = { pending, outages: this.outage.count + this.spillOutage.count };
    if (reason !== undefined) return { writable: false, reason, ...common };
    const degraded = this.outage.reason && `the database takes no rows: ${this.outage.reason}`;
    return { writable: true, ...common, ...(degraded && { degraded }) };
  }

  private get channels(): readonly (Channel<LogRow> | Channel<StampedAmendment>)[] {
    return [this.rows, this.amendments];
  }

  private get isLocal(): boolean {
    return this.settings.DATABASE_ACK === 'local';
  }

  /** A database that does not answer is waited for; one that refuses us is for the operator to put right. */
  private async connect(): Promise<void> {
    try {
      await this.database.prepare();
    } catch (error) {
      const { message } = error as Error;
      if (isMisconfigured(error))
        throw new LogStartError(`The database of DATABASE_URL cannot be used: ${message}`, message);
      this.link.failed(error);
    }
  }

  private async maintain(): Promise<void> {
    if (this.link.isDown) return;
    try {
      for (const month of await this.database.maintain())
        this.logger.log(`The rows of ${month} are older than LOG_RETENTION_DAYS and were dropped`);
    } catch (error) {
      this.logger.warn(`Partitions could not be looked after now: ${(error as Error).message}`);
    }
  }

  private readonly probe = (): void => {
    for (const channel of this.channels) channel.probe();
  };

  /** Why no chat is admitted. */
  private reason(): string | undefined {
    const inMemory = this.channels.reduce((sum, channel) => sum + channel.pendingBytes, 0);
    if (inMemory > QUEUE_MAX_BYTES) return 'too many rows wait to be written';
    if (!this.link.isDown && !this.isLocal) return undefined;
    const onDisk = this.channels.reduce((sum, channel) => sum + channel.spilledBytes, 0);
    if (onDisk >= this.settings.LOG_SPILL_MAX_BYTES) return 'the spill is full';
    return this.spillOutage.reason && `the spill cannot be written: ${this.spillOutage.reason}`;
  }

  private async close(): Promise<number> {
    for (const timer of this.timers.splice(0)) clearInterval(timer);
    process.off('SIGHUP', this.probe);
    let lost = 0;
    for (const channel of this.channels) lost += await channel.flush();
    await this.link.stop();
    for (const channel of this.channels) lost += await channel.close();
    await this.database.close();
    await this.ownership.release();
    return lost;
  }
}
