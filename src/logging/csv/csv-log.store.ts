import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { resolve } from 'node:path';
import type { Subject } from 'rxjs';
import { Settings } from '../../config/settings.js';
import type { Amendment, StampedAmendment } from '../amendment.js';
import { logUnavailable } from '../log-failures.js';
import type { LogRow } from '../log-row.js';
import { LogStore, type AppendResult, type LogStoreState } from '../log-store.js';
import { LogStartError, reasonOf } from '../writer/log-start-error.js';
import { Outage } from '../writer/outage.js';
import { formatAmendment } from './amendment-format.js';
import { CsvAppender } from './csv-appender.js';
import { BEAT_MS } from './file-lock.js';
import { LogFile } from './log-file.js';
import { AMENDMENTS, ROWS } from './log-header.js';
import { amendmentsPath, lockPath } from './log-neighbours.js';
import { LogOwnership } from './log-ownership.js';
import { formatBoundedRow } from './row-limit.js';

/** Above this no new chat is admitted. Rows are not limited by it: chats already admitted may still add theirs. */
const QUEUE_MAX_BYTES = 64 * 1024 * 1024;

/** How long a log that cannot be written may recover at shutdown. */
const STOP_GRACE_MS = 3_000;

/** The CSV writer service: the log as CSV files that this process owns. */
@Injectable()
export class CsvLogStore extends LogStore implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(CsvLogStore.name);
  private readonly outage = new Outage(this.logger, 'The chat log', 'new chats are refused with 503');
  private readonly path: string;
  private readonly ownership: LogOwnership;
  private readonly files: LogFile[];
  private readonly rows: CsvAppender<LogRow>;
  private readonly amendments: CsvAppender<StampedAmendment>;
  private watch: NodeJS.Timeout | undefined;
  private overfull = false;

  constructor(settings: Settings) {
    super();
    this.path = resolve(settings.CHAT_LOG_PATH);
    const notice = (line: string) => {
      this.logger.warn(line);
    };
    const ownership = (this.ownership = new LogOwnership(lockPath(this.path), notice));
    const shared = { durability: settings.CHAT_LOG_DURABILITY, ownership, notice };
    const rowFile = new LogFile({ ...shared, path: this.path, format: ROWS });
    const amendmentFile = new LogFile({
      ...shared,
      path: amendmentsPath(this.path),
      format: AMENDMENTS,
      lazy: true,
    });
    this.files = [rowFile, amendmentFile];
    this.rows = new CsvAppender(rowFile, this.outage, formatBoundedRow, tell(this.rows$), notice);
    const amendmentOutage = new Outage(this.logger, 'The file of amendments', 'they are kept in memory');
    this.amendments = new CsvAppender(
      amendmentFile,
      amendmentOutage,
      formatAmendment,
      tell(this.amendments$),
      notice,
    );
  }

  async onModuleInit(): Promise<void> {
    try {
      await this.ownership.take();
      await this.rows.open();
      await this.amendments.open();
    } catch (error) {
      for (const file of this.files) await file.close();
      await this.ownership.release();
      if (error instanceof LogStartError) throw error;
      const reason = reasonOf(error);
      throw new LogStartError(
        `CHAT_LOG_PATH: cannot open the chat log ${this.path}: ${reason}. Its folder must exist and be writable`,
        reason,
        { cause: error },
      );
    }
    // Also detects a replaced file while no rows arrive, and keeps the lock fresh.
    this.watch = setInterval(() => {
      void this.ownership.beat();
      this.probe();
    }, BEAT_MS).unref();
    // Not in a terminal: closing it also sends SIGHUP, and then the service should end.
    if (!process.stdout.isTTY) process.on('SIGHUP', this.reopen);
  }

  /** The last shutdown hook: earlier ones still deliver answers and write their rows. */
  async onApplicationShutdown(): Promise<void> {
    if (!this.watch) return;
    clearInterval(this.watch);
    process.off('SIGHUP', this.reopen);
    const appenders = [this.rows, this.amendments];
    const lost = await Promise.all(appenders.map((appender) => appender.close(STOP_GRACE_MS)));
    const lostRows = lost.reduce((sum, count) => sum + count, 0);
    if (lostRows > 0) {
      this.logger.error(`${lostRows} rows could not be written before the service stopped and are lost`);
      process.exitCode = 1;
    }
    // Not while a write hangs: the log is still being written.
    if (!appenders.some(({ writer }) => writer.isWriting)) await this.ownership.release();
  }

  admit(): void {
    const { reason } = this.outage;
    if (reason === undefined && !this.isOverfull()) return;
    this.outage.refuse();
    throw logUnavailable();
  }

  append(row: LogRow): Promise<AppendResult> {
    return this.rows.append(row);
  }

  async amend(amendments: readonly Amendment[]): Promise<AppendResult> {
    const timestamp = new Date().toISOString();
    const results = await Promise.all(
      amendments.map((amendment) => this.amendments.append({ timestamp, ...amendment })),
    );
    return results.includes('pending') ? 'pending' : 'written';
  }

  state(): LogStoreState {
    const reason = this.outage.reason ?? (this.isOverfull() ? 'too many rows wait for the disk' : undefined);
    const pending = this.rows.writer.pendingItems + this.amendments.writer.pendingItems;
    const { count: outages } = this.outage;
    return reason === undefined
      ? { writable: true, pending, outages }
      : { writable: false, reason, pending, outages };
  }

  /** Counts since the start. */
  counters(): Record<'written' | 'batches' | 'refused' | 'outages', number> {
    const { written, batches } = this.rows.writer;
    return { written, batches, refused: this.outage.refused, outages: this.outage.count };
  }

  /** Writes pending rows. Does not throw if the log cannot be written; the rows then stay pending. */
  async flush(): Promise<void> {
    await this.rows.writer.flush();
    await this.amendments.writer.flush();
  }

  private readonly reopen = (): void => {
    for (const file of this.files) file.askReopen();
    this.probe();
  };

  private probe(): void {
    this.rows.writer.probe();
    this.amendments.writer.probe();
  }

  /** Refuses from full to half full, so that the process log has episodes, not single chats. */
  private isOverfull(): boolean {
    const limit = this.overfull ? QUEUE_MAX_BYTES / 2 : QUEUE_MAX_BYTES;
    const full = this.rows.writer.pendingBytes > limit;
    if (full !== this.overfull) {
      this.overfull = full;
      if (full)
        this.logger.error(
          'Rows come faster than the disk takes them: new chats are refused with 503 until it has caught up',
        );
      else this.logger.log('The disk has caught up with the chat log');
    }
    return full;
  }
}

const tell =
  <T>(readers: Subject<T>) =>
  (value: T): void => {
    readers.next(value);
  };
