import type { FileHandle } from 'node:fs/promises';
import { setImmediate as breathe } from 'node:timers/promises';
import type { IndexedFile } from './indexed-file.js';
import { LogFileChanged, openLogFile } from './log-file.js';

/** Where a row is. */
export interface RowRef {
  file_no: number;
  row_no: number;
}

/** One row as it lies in its file. */
export interface RawRow<Ref extends RowRef = RowRef> {
  ref: Ref;
  columns: 7 | 16;
  /** With its line end. Valid until the next row is asked for. */
  bytes: Buffer;
}

const READ_BYTES = 1024 * 1024;

/** Reads rows from the files that were indexed, even if they are renamed or erased meanwhile. */
export class RowReader {
  private readonly handles = new Map<number, FileHandle>();

  private constructor(private readonly files: ReadonlyMap<number, IndexedFile>) {}

  /** Opens all files at once, so that a long export is not cut short by a rotation. Throws LogFileChanged. */
  static async open(files: ReadonlyMap<number, IndexedFile>): Promise<RowReader> {
    const reader = new RowReader(new Map(files));
    try {
      for (const file of reader.files.values()) reader.handles.set(file.number, await openLogFile(file));
    } catch (error) {
      await reader.close();
      throw error;
    }
    return reader;
  }

  async close(): Promise<void> {
    await Promise.all([...this.handles.values()].map((handle) => handle.close()));
  }

  /**
   * The rows in the order given. Neighbours are read together, forwards or backwards, about a megabyte at a time;
   * after each the event loop is let go.
   */
  async *rows<Ref extends RowRef>(refs: readonly Ref[]): AsyncGenerator<RawRow<Ref>> {
    for (let next = 0; next < refs.length;) {
      const run = this.neighbours(refs, next);
      const { file, from, bytes } = await this.read(run);
      for (const ref of run) {
        const start = file.rowStart(ref.row_no) - from;
        const end = file.rowEnd(ref.row_no) - from;
        yield { ref, columns: file.header.columns, bytes: bytes.subarray(start, end) };
      }
      next += run.length;
      await breathe();
    }
  }

  /** How many of the following rows lie within one read of the first of them. */
  private neighbours<Ref extends RowRef>(refs: readonly Ref[], from: number): Ref[] {
    const first = refs[from];
    const file = first && this.files.get(first.file_no);
    if (!first || !file) throw new LogFileChanged();
    let low = file.rowStart(first.row_no);
    let high = file.rowEnd(first.row_no);
    let to = from + 1;
    for (; to < refs.length; to++) {
      const ref = refs[to];
      if (ref?.file_no !== file.number) break;
      low = Math.min(low, file.rowStart(ref.row_no));
      high = Math.max(high, file.rowEnd(ref.row_no));
      if (high - low > READ_BYTES) break;
    }
    return refs.slice(from, to);
  }

  private async read(run: readonly RowRef[]) {
    const number = run[0]?.file_no ?? 0;
    const file = this.files.get(number);
    const handle = this.handles.get(number);
    if (!file || !handle) throw new LogFileChanged();
    const from = Math.min(...run.map(({ row_no }) => file.rowStart(row_no)));
    const to = Math.max(...run.map(({ row_no }) => file.rowEnd(row_no)));
    const bytes = Buffer.allocUnsafe(to - from);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
    if (bytesRead < bytes.length) throw new LogFileChanged();
    return { file, from, bytes };
  }
}
