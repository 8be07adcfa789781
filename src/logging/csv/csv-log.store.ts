import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { resolve } from 'node:path';
import { Problem } from '../../common/problem.js';
import { Settings } from '../../config/settings.js';
import type { LogRow } from '../log-row.js';
import { LogStore, type AppendResult, type LogStoreState } from '../log-store.js';
import { formatRow } from './csv-format.js';
import { BEAT_MS } from './file-lock.js';
import { GroupCommit } from './group-commit.js';
import { LogFile } from './log-file.js';
import { LogStartError, reasonOf } from './log-start-error.js';
import { Outage } from './outage.js';

/**
 * Above this no new chat is admitted. It is not a limit for rows: the answers of chats that were admitted before may
 * still come, and each is kept.
 */
const QUEUE_MAX_BYTES = 64 * 1024 * 1024;

/** How long a log that cannot take rows is given at the end to recover. */
const STOP_GRACE_MS = 3_000;

/** What the log did since the start. */
export interface LogCounters {
  written: number;
  batches: number;
  refused: number;
  outages: number;
}

/** The log as one CSV file that this process owns. */
@Injectable()
export class CsvLogStore extends LogStore implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(CsvLogStore.name);
  private readonly outage = new Outage(this.logger);
  private readonly path: string;
  private readonly file: LogFile;
  private readonly commit: GroupCommit;
  private watch: NodeJS.Timeout | undefined;
  private overfull = false;

  constructor(settings: Settings) {
    super();
    this.path = resolve(settings.CHAT_LOG_PATH);
    this.file = new LogFile(this.path, settings.CHAT_LOG_DURABILITY, (line) => {
      this.logger.warn(line);
    });
    this.commit = new GroupCommit(this.file, this.outage);
  }

  async onModuleInit(): Promise<void> {
    await this.file.open().catch((error: unknown) => {
      if (error instanceof LogStartError) throw error;
      const reason = reasonOf(error);
      throw new LogStartError(`Cannot open the chat log ${this.path}: ${reason}`, reason, { cause: error });
    });
    // Replacement of the file is also noticed while no rows come, and the lock shows life.
    this.watch = setInterval(() => {
      void this.file.beat();
      this.commit.probe();
    }, BEAT_MS).unref();
    // A terminal that is closed sends it too, and then the service should end.
    if (!process.stdout.isTTY) process.on('SIGHUP', this.reopen);
  }

  /** The last of the shutdown hooks: answers are still delivered, and their rows written, in those before. */
  async onApplicationShutdown(): Promise<void> {
    if (!this.watch) return;
    clearInterval(this.watch);
    process.off('SIGHUP', this.reopen);
    await this.commit.stop(STOP_GRACE_MS);
    const lost = this.commit.pendingRows;
    if (lost > 0)
      this.logger.error(`${lost} rows could not be written before the service stopped and are lost`);
    await this.file.close();
  }

  admit(): void {
    const { reason } = this.outage;
    if (reason === undefined && !this.isOverfull()) return;
    this.outage.refuse();
    throw new Problem({
      status: 503,
      code: 'log_unavailable',
      detail: 'The chat log cannot take rows now, so no model was called. Try again shortly.',
      retryAfter: 2,
    });
  }

  append(row: LogRow): Promise<AppendResult> {
    return this.commit.append(formatRow(row));
  }

  state(): LogStoreState {
    const reason = this.outage.reason ?? (this.isOverfull() ? 'too many rows wait for the disk' : undefined);
    const pending = this.commit.pendingRows;
    return reason === undefined ? { writable: true, pending } : { writable: false, reason, pending };
  }

  counters(): LogCounters {
    const { written, batches } = this.commit;
    return { written, batches, refused: this.outage.refused, outages: this.outage.count };
  }

  /** Writes what waits. Ends without an error, but with rows still pending, if the log cannot take them. */
  flush(): Promise<void> {
    return this.commit.flush();
  }

  private readonly reopen = (): void => {
    this.file.askReopen();
    this.commit.probe();
  };

  /** Refuses from full to half full, so that the log of the process tells episodes and not single chats. */
  private isOverfull(): boolean {
    const limit = this.overfull ? QUEUE_MAX_BYTES / 2 : QUEUE_MAX_BYTES;
    const full = this.commit.pendingBytes > limit;
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
