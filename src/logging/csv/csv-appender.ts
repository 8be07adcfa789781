import { open } from 'node:fs/promises';
import type { AppendResult } from '../log-store.js';
import { BatchWriter } from '../writer/batch-writer.js';
import type { Outage } from '../writer/outage.js';
import type { LogFile } from './log-file.js';
import type { Notice } from './open-log.js';
import { findSideFiles, putAside, readSideFile, removeSideFile } from './side-file.js';

/** Writes lines to one file; lines that it does not accept until the end go to a side file. */
export class CsvAppender<T> {
  readonly writer: BatchWriter<{ value: T; bytes: Buffer }>;

  constructor(
    private readonly file: LogFile,
    outage: Outage,
    private readonly format: (value: T) => Buffer,
    onWritten: (value: T) => void,
    private readonly notice: Notice,
  ) {
    const sink = {
      write: (items: readonly { bytes: Buffer }[]) => file.write(concat(items.map(({ bytes }) => bytes))),
      check: () => file.check(),
    };
    // The value is kept with its bytes, so each counts twice.
    const sizeOf = ({ bytes }: { bytes: Buffer }) => 2 * bytes.length;
    this.writer = new BatchWriter<{ value: T; bytes: Buffer }>(sink, outage, sizeOf, ({ value }) => {
      onWritten(value);
    });
  }

  append(value: T): Promise<AppendResult> {
    return this.writer.append({ value, bytes: this.format(value) });
  }

  /** Throws if the log cannot be written. */
  async open(): Promise<void> {
    await this.file.open();
    for (const path of await findSideFiles(this.file.path))
      await this.takeBack(path).catch((error: unknown) => {
        this.notice(`${path} holds rows that cannot be taken back now: ${(error as Error).message}`);
      });
  }

  /**
   * Writes pending lines for at most `graceMs`; the rest goes to a side file.
   * @returns the number of lost lines
   */
  async close(graceMs: number): Promise<number> {
    const pending = await this.writer.stop(graceMs);
    let lost = 0;
    if (pending.length > 0) {
      const { path, format } = this.file;
      const aside = await putAside(
        path,
        format.headerLine,
        pending.map(({ bytes }) => bytes),
      );
      if (aside === undefined) lost = pending.length;
      else
        this.notice(`${pending.length} rows could not be written; the next start takes them from ${aside}`);
    }
    // Not while a write hangs: closing the file under it is unsafe.
    if (!this.writer.isWriting) await this.file.close();
    return lost;
  }

  private async takeBack(path: string): Promise<void> {
    const { headerLine } = this.file.format;
    const rows = await readSideFile(path, headerLine);
    const missing = rows.slice(await this.rowsAtEnd(rows));
    if (missing.length > 0) await this.file.write(concat(missing));
    await removeSideFile(path);
    this.notice(`${missing.length} rows that the last run could not write were taken from ${path}`);
  }

  /** How many of the rows the log ends with: a hanging disk may have written them, or a start was killed here. */
  private async rowsAtEnd(rows: readonly Buffer[]): Promise<number> {
    const side = concat(rows);
    const end = await lastBytes(this.file.path, side.length);
    let count = rows.length;
    for (let length = side.length; count > 0; length -= rows[--count]?.length ?? 0)
      if (length <= end.length && end.subarray(end.length - length).equals(side.subarray(0, length))) break;
    return count;
  }
}

async function lastBytes(path: string, count: number): Promise<Buffer> {
  const file = await open(path).catch(() => undefined);
  if (!file) return Buffer.alloc(0);
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.min(size, count));
    await file.read(bytes, 0, bytes.length, size - bytes.length);
    return bytes;
  } finally {
    await file.close();
  }
}

function concat(rows: readonly Buffer[]): Buffer {
  return rows.length === 1 && rows[0] ? rows[0] : Buffer.concat(rows);
}
