import { LogFile, type LogFileOptions } from '../csv/log-file.js';
import type { AppendResult } from '../log-store.js';
import { BatchWriter } from '../writer/batch-writer.js';
import type { Outage } from '../writer/outage.js';
import { codeOf, isRefused } from './database-errors.js';
import type { DatabaseLink, Shippable } from './database-link.js';
import type { LineFormat } from './line-format.js';
import type { ReadLine } from './read-lines.js';
import { Spill } from './spill.js';

/** A write to the database has its own limits; this is for what then goes to the spill. */
const STOP_GRACE_MS = 8_000;
const SPILL_GRACE_MS = 3_000;

interface Item<T> {
  readonly value: T;
  /** What became of it where the database did not take it. */
  fallback?: AppendResult;
}

/** What all channels of a log share. */
export interface ChannelSurroundings extends Pick<LogFileOptions, 'durability' | 'ownership' | 'notice'> {
  link: DatabaseLink;
  spillOutage: Outage;
  /** Of a write that hangs although both database and spill have their time limits. */
  stall: Outage;
}

export interface ChannelOptions<T> {
  lines: LineFormat<T>;
  spillPath: string;
  /** Of a file for lines that the database refuses. */
  rejectsPath: string;
  /** All of the values, or none. */
  insert: (values: readonly T[]) => Promise<void>;
  /** Bytes of memory that a waiting value takes. */
  sizeOf: (value: T) => number;
  /** Told of each value once it is durable. */
  onWritten: (value: T) => void;
}

/** The way of one kind of line: to the database or, while that cannot take it, to the spill and from there. */
export class Channel<T> implements Shippable {
  private readonly writer: BatchWriter<Item<T>>;
  private readonly spill: Spill<T>;
  private readonly rejects: LogFile;

  constructor(
    private readonly options: ChannelOptions<T>,
    private readonly around: ChannelSurroundings,
  ) {
    const { lines, spillPath, rejectsPath, onWritten, sizeOf } = options;
    const { link, spillOutage, stall } = around;
    const spilled = (value: T) => {
      link.hasSpilled();
      onWritten(value);
    };
    this.spill = new Spill({ ...around, path: spillPath, lines, outage: spillOutage, onWritten: spilled });
    this.rejects = new LogFile({ ...around, path: rejectsPath, format: lines.file, lazy: true });
    this.writer = new BatchWriter<Item<T>>(
      { write: (items) => this.write(items), check: () => Promise.resolve() },
      stall,
      ({ value }) => sizeOf(value),
      ({ value, fallback }) => {
        if (fallback === undefined) onWritten(value);
      },
    );
  }

  /** Throws LogStartError if files that an earlier process left cannot be used. */
  async open(): Promise<void> {
    await this.spill.open();
    await this.rejects.open();
  }

  get waiting(): number {
    return this.spill.waiting;
  }

  /** Lines that are not in the database. */
  get pending(): number {
    return this.writer.pendingItems + this.spill.pending + this.waiting;
  }

  /** In memory. */
  get pendingBytes(): number {
    return this.writer.pendingBytes + this.spill.pendingBytes;
  }

  /** On disk. */
  get spilledBytes(): number {
    return this.spill.bytes;
  }

  async append(value: T): Promise<AppendResult> {
    const item: Item<T> = { value };
    const result = await this.writer.append(item);
    return item.fallback ?? result;
  }

  /** To the disk of this service; shipped behind. */
  appendLocally(value: T): Promise<AppendResult> {
    return this.spill.append(value);
  }

  async ship(signal: AbortSignal): Promise<void> {
    for (let left = Infinity; this.waiting > 0 && this.waiting < left;) {
      left = this.waiting;
      for await (const { lines } of this.spill.pieces()) {
        if (signal.aborted) return;
        await this.shipPiece(lines);
        this.around.link.isUp();
      }
    }
  }

  /** The spill's disk may have recovered. */
  probe(): void {
    this.spill.probe();
  }

  /** Nothing that was appended before is left in memory, if any disk takes it. */
  async flush(): Promise<number> {
    const unwritten = await this.writer.stop(STOP_GRACE_MS);
    return unwritten.length;
  }

  /** @returns how many lines are lost, as no disk took them */
  async close(): Promise<number> {
    await this.rejects.close();
    return this.spill.close(SPILL_GRACE_MS);
  }

  private async write(items: readonly Item<T>[]): Promise<void> {
    const { link } = this.around;
    if (link.isDown) return this.toSpill(items);
    try {
      await this.options.insert(items.map(({ value }) => value));
    } catch (error) {
      await this.toSpill(items);
      // Not before: what is in the spill then proves whether the database takes rows again.
      link.failed(error);
    }
  }

  private async toSpill(items: readonly Item<T>[]): Promise<void> {
    await Promise.all(
      items.map(async (item) => {
        const result = await this.spill.append(item.value);
        item.fallback = result === 'written' ? 'spilled' : result;
      }),
    );
  }

  private async shipPiece(lines: readonly ReadLine<T>[]): Promise<void> {
    const whole = lines.flatMap(({ raw, value }) => (value === undefined ? [] : [{ raw, value }]));
    for (const { raw, value } of lines)
      if (value === undefined) await this.reject(raw, 'it is no whole line of its file');
    try {
      if (whole.length > 0) await this.options.insert(whole.map(({ value }) => value));
    } catch (error) {
      if (!isRefused(error)) throw error;
      // The others must not wait for the one that is refused.
      for (const { raw, value } of whole) await this.shipOne(raw, value);
    }
  }

  private async shipOne(raw: Buffer, value: T): Promise<void> {
    try {
      await this.options.insert([value]);
    } catch (error) {
      if (!isRefused(error)) throw error;
      await this.reject(raw, `${codeOf(error)} ${(error as Error).message}`);
    }
  }

  private async reject(raw: Buffer, reason: string): Promise<void> {
    await this.rejects.write(raw);
    this.around.notice(`A line that cannot go to the database is kept in ${this.rejects.path}: ${reason}`);
  }
}
