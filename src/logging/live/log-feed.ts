import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { LogFilter } from '../log-filter.js';
import type { LogRecord } from '../dto/log-record.dto.js';
import type { LogRow } from '../log-row.js';
import { LogStore } from '../log-store.js';
import { liveRow } from './live-row.js';
import { matchesFilter } from './matches-filter.js';

/** Maximum number of rows that a reader may be behind; then it is disconnected, and catches up on reconnecting. */
const BACKLOG_MAX = 500;

class Reader {
  private waiting: LogRecord[] = [];
  private wake: (() => void) | undefined;
  private isOver = false;

  constructor(readonly filter: LogFilter) {}

  add(record: LogRecord): void {
    this.waiting.push(record);
    if (this.waiting.length > BACKLOG_MAX) this.end();
    this.wake?.();
  }

  end(): void {
    this.isOver = true;
    this.wake?.();
  }

  /** Rows since the last call; undefined at the end. */
  async next(): Promise<LogRecord[] | undefined> {
    if (this.waiting.length === 0 && !this.isOver)
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    if (this.isOver) return undefined;
    return this.waiting.splice(0);
  }
}

/** Sends listeners each row that this process writes, once it is written. */
@Injectable()
export class LogFeed implements OnModuleDestroy {
  private readonly readers = new Set<Reader>();
  private isClosed = false;

  constructor(store: LogStore) {
    store.rows$.subscribe((row) => {
      this.tell(row);
    });
  }

  /** Yields batches of rows as they are written; first an empty one, after which no row is missed. */
  async *follow(filter: LogFilter, signal: AbortSignal): AsyncGenerator<LogRecord[], void, void> {
    const reader = new Reader(filter);
    const end = (): void => {
      reader.end();
    };
    if (this.isClosed || signal.aborted) return;
    this.readers.add(reader);
    signal.addEventListener('abort', end);
    try {
      yield [];
      for (let rows = await reader.next(); rows; rows = await reader.next()) yield rows;
    } finally {
      signal.removeEventListener('abort', end);
      this.readers.delete(reader);
    }
  }

  private tell(row: LogRow): void {
    if (this.readers.size === 0) return;
    const record = liveRow(row);
    for (const reader of this.readers) if (matchesFilter(row, reader.filter)) reader.add(record);
  }

  /** Endless streams would keep the service from stopping. */
  onModuleDestroy(): void {
    this.isClosed = true;
    for (const reader of this.readers) reader.end();
  }
}
