import { lstatSync, unlinkSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { CsvAppender } from '../csv/csv-appender.js';
import type { LogFileOptions } from '../csv/log-file.js';
import { findNeighbours } from '../csv/log-neighbours.js';
import { rowsOfFile } from '../csv/row-scanner.js';
import type { AppendResult } from '../log-store.js';
import { Outage } from '../writer/outage.js';
import type { LineFormat } from './line-format.js';
import { type LinePiece, readColumns, readLines } from './read-lines.js';
import { SpillFile, sizeOf } from './spill-file.js';

export interface SpillOptions<T> extends Omit<LogFileOptions, 'format' | 'lazy'> {
  lines: LineFormat<T>;
  outage: Outage;
  onWritten: (value: T) => void;
}

/** Lines that wait on disk for the database, in CSV files under one path: as safe as the log of a service without one. */
export class Spill<T> {
  /** Lines that were not shipped yet. */
  waiting = 0;
  private readonly file: SpillFile;
  private readonly appender: CsvAppender<T>;
  private closedBytes = 0;
  /** Up to where files are shipped, by inode: a file is renamed when it is full. */
  private readonly shipped = new Map<number, number>();

  constructor(private readonly options: SpillOptions<T>) {
    const { lines, outage, onWritten, notice } = options;
    this.file = new SpillFile({ ...options, format: lines.file, lazy: true }, (bytes) => {
      this.closedBytes += bytes;
    });
    const written = (value: T) => {
      this.waiting++;
      onWritten(value);
    };
    this.appender = new CsvAppender(this.file, outage, (value) => lines.format(value), written, notice);
  }

  /** Of all its files. */
  get bytes(): number {
    return this.closedBytes + this.file.confirmed;
  }

  /** In memory, while its disk takes nothing. */
  get pending(): number {
    return this.appender.writer.pendingItems;
  }

  get pendingBytes(): number {
    return this.appender.writer.pendingBytes;
  }

  /** Looks at the files that an earlier process left. Throws LogStartError if one of them cannot be used. */
  async open(): Promise<void> {
    const { lines, notice } = this.options;
    await this.appender.open();
    for (const path of await this.paths()) {
      if (path !== this.file.path) this.closedBytes += sizeOf(path);
      const count = await lineCount(path, lines);
      if (count === undefined) notice(`${path} is not a ${lines.file.name} and is left as it is`);
      this.waiting += count ?? 0;
    }
  }

  append(value: T): Promise<AppendResult> {
    return this.appender.append(value);
  }

  probe(): void {
    this.appender.writer.probe();
  }

  /** @returns how many lines are lost, as no disk took them */
  close(graceMs: number): Promise<number> {
    return this.appender.close(graceMs);
  }

  /** What waits, the oldest first. Asking for the next piece says that this one is done with. */
  async *pieces(): AsyncGenerator<LinePiece<T>> {
    for (const path of await this.paths()) {
      const handle = await open(path).catch(() => undefined);
      if (!handle) continue;
      try {
        yield* this.piecesOf(path, handle);
      } finally {
        await handle.close();
      }
    }
  }

  private async *piecesOf(path: string, handle: FileHandle): AsyncGenerator<LinePiece<T>> {
    const { lines } = this.options;
    const { ino, size } = await handle.stat();
    const header = await readColumns(handle, lines);
    if (!header) return;
    let at = this.shipped.get(ino) ?? header.bytes;
    const end = path === this.file.path ? Math.min(size, this.file.confirmed) : size;
    for await (const piece of readLines(handle, lines, { names: header.names, position: at, end })) {
      yield piece;
      at = piece.end;
      this.shipped.set(ino, at);
      this.waiting -= piece.lines.length;
    }
    this.removeIfDone(path, ino, at);
  }

  /** In one go with the look at the writer, so that no line can come in between. */
  private removeIfDone(path: string, ino: number, at: number): void {
    const now = lstatSync(path, { throwIfNoEntry: false });
    // It was renamed meanwhile, or has grown.
    if (now?.ino !== ino || now.size > at) return;
    if (path !== this.file.path) {
      this.closedBytes = Math.max(0, this.closedBytes - now.size);
      unlinkSync(path);
    } else {
      const { writer } = this.appender;
      if (writer.isWriting || writer.pendingItems > 0) return;
      this.file.remove();
    }
    this.shipped.delete(ino);
  }

  private async paths(): Promise<string[]> {
    const { rotated } = await findNeighbours(this.file.path);
    return [...rotated, this.file.path].filter((path) => sizeOf(path) > 0);
  }
}

/** Lines after the header; undefined where the file is not of this format. */
async function lineCount(
  path: string,
  format: Pick<LineFormat<unknown>, 'columns'>,
): Promise<number | undefined> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const header = await readColumns(handle, format);
    if (!header) return undefined;
    let count = 0;
    for await (const { kind, ends } of rowsOfFile(handle, { position: header.bytes, end: size }))
      count += kind === 'rows' ? ends.length : 1;
    return count;
  } finally {
    await handle.close();
  }
}
