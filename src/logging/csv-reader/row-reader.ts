import type { FileHandle } from 'node:fs/promises';
import { Turn } from '../turn.js';
import type { IndexedFile } from './indexed-file.js';
import { LogFileChanged, openLogFile } from './log-files.js';

/** Where a row is. */
export interface RowRef {
  file_no: number;
  row_no: number;
}

/** One row as it lies in its file. */
export interface RawRow<Ref extends RowRef = RowRef> {
  ref: Ref;
  columns: 7 | 16;
  /** With its line end. */
  bytes: Buffer;
}

/** Rows that are read together, and the bytes of the file that hold them. */
interface Run<Ref extends RowRef> {
  file: IndexedFile;
  refs: Ref[];
  from: number;
  to: number;
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

  has({ file_no }: RowRef): boolean {
    return this.files.has(file_no);
  }

  /**
   * The rows in the order given. Neighbours are read together, forwards or backwards, about a megabyte at a time;
   * whatever is done with them, the event loop is let go in time.
   */
  async *rows<Ref extends RowRef>(refs: readonly Ref[]): AsyncGenerator<RawRow<Ref>> {
    const turn = new Turn();
    for (let next = 0; next < refs.length;) {
      const run = this.runFrom(refs, next);
      const bytes = await this.read(run);
      for (const ref of run.refs) {
        const start = run.file.rowStart(ref.row_no) - run.from;
        const end = run.file.rowEnd(ref.row_no) - run.from;
        yield { ref, columns: run.file.header.columns, bytes: bytes.subarray(start, end) };
        if (turn.isOver) await turn.pass();
      }
      next += run.refs.length;
    }
  }

  /** As many of the following rows as lie within one read, but at least one. */
  private runFrom<Ref extends RowRef>(refs: readonly Ref[], first: number): Run<Ref> {
    const file = this.files.get(refs[first]?.file_no ?? 0);
    if (!file) throw new LogFileChanged();
    const run: Run<Ref> = { file, refs: [], from: Infinity, to: 0 };
    for (const ref of refs.slice(first)) {
      const from = Math.min(run.from, file.rowStart(ref.row_no));
      const to = Math.max(run.to, file.rowEnd(ref.row_no));
      const isNext = ref.file_no === file.number && to - from <= READ_BYTES;
      if (run.refs.length > 0 && !isNext) break;
      Object.assign(run, { from, to });
      run.refs.push(ref);
    }
    return run;
  }

  private async read({ file, from, to }: Run<RowRef>): Promise<Buffer> {
    const handle = this.handles.get(file.number);
    const bytes = Buffer.allocUnsafe(to - from);
    for (let filled = 0; filled < bytes.length;) {
      const { bytesRead = 0 } =
        (await handle?.read(bytes, filled, bytes.length - filled, from + filled)) ?? {};
      if (bytesRead === 0) throw new LogFileChanged();
      filled += bytesRead;
    }
    return bytes;
  }
}
