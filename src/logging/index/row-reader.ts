import type { FileHandle } from 'node:fs/promises';
import { Turn } from '../turn.js';
import type { SourceFile } from './source-file.js';
import { LogFileChanged, openLogFile } from './log-files.js';

/** Where a row is. */
export interface RowRef {
  file_no: number;
  start: number;
  bytes: number;
}

/** One row as it lies in its file. */
export interface RawRow<Ref extends RowRef = RowRef> {
  ref: Ref;
  /** How many its file has. */
  columns: number;
  /** With its line end. Valid until the next row is asked for. */
  bytes: Buffer;
}

/** Rows that were read together. */
export interface Run<Ref extends RowRef> {
  /** All that was read: the rows, and what lies between them. */
  bytes: Buffer;
  rows: () => RawRow<Ref>[];
}

/** Rows to be read together, and the part of the file that holds them. */
interface Span<Ref extends RowRef> {
  file: SourceFile;
  refs: Ref[];
  from: number;
  to: number;
}

/** V8 keeps strings up to here in its young generation: probing a gigabyte takes a third less time and memory. */
const READ_BYTES = 112 * 1024;

/** Reads rows from the files that were indexed, even if they are renamed or erased meanwhile. */
export class RowReader {
  private readonly handles = new Map<number, FileHandle>();

  private constructor(private readonly files: ReadonlyMap<number, SourceFile>) {}

  /** Opens all files at once, so that a long export is not cut short by a rotation. Throws LogFileChanged. */
  static async open(files: ReadonlyMap<number, SourceFile>): Promise<RowReader> {
    const reader = new RowReader(new Map(files));
    try {
      for (const { path, state } of reader.files.values())
        reader.handles.set(state.number, await openLogFile({ path, identity: state.identity }));
    } catch (error) {
      await reader.close();
      throw error;
    }
    return reader;
  }

  async close(): Promise<void> {
    await Promise.all([...this.handles.values()].map((handle) => handle.close()));
  }

  get hasAmendments(): boolean {
    return [...this.files.values()].some(({ state }) => state.kind === 'amendments');
  }

  has({ file_no }: Pick<RowRef, 'file_no'>): boolean {
    return this.files.has(file_no);
  }

  /** The rows in the order given; whatever is done with them, the event loop is let go in time. */
  async *rows<Ref extends RowRef>(refs: readonly Ref[]): AsyncGenerator<RawRow<Ref>> {
    const turn = new Turn();
    for await (const run of this.runs(refs)) {
      for (const row of run.rows()) {
        yield row;
        if (turn.isOver) await turn.pass();
      }
    }
  }

  /** The rows in the order given, neighbours together, forwards or backwards: about 100 KB at a time. */
  async *runs<Ref extends RowRef>(refs: readonly Ref[]): AsyncGenerator<Run<Ref>> {
    // One buffer for all: a gigabyte in fresh ones is garbage faster than it is collected.
    let buffer = Buffer.allocUnsafe(READ_BYTES);
    for (let next = 0; next < refs.length;) {
      const span = this.spanFrom(refs, next);
      const size = span.to - span.from;
      if (size > buffer.length) buffer = Buffer.allocUnsafe(size);
      const bytes = await this.read(span, buffer.subarray(0, size));
      yield { bytes, rows: () => rowsOf(span, bytes) };
      next += span.refs.length;
    }
  }

  /** As many of the following rows as lie within one read, but at least one. */
  private spanFrom<Ref extends RowRef>(refs: readonly Ref[], first: number): Span<Ref> {
    const file = this.files.get(refs[first]?.file_no ?? 0);
    if (!file) throw new LogFileChanged();
    const span: Span<Ref> = { file, refs: [], from: Infinity, to: 0 };
    for (let next = first; next < refs.length; next++) {
      const ref = refs[next];
      if (!ref) break;
      const from = Math.min(span.from, ref.start);
      const to = Math.max(span.to, ref.start + ref.bytes);
      const isNext = ref.file_no === file.state.number && to - from <= READ_BYTES;
      if (span.refs.length > 0 && !isNext) break;
      Object.assign(span, { from, to });
      span.refs.push(ref);
    }
    return span;
  }

  private async read({ file, from }: Span<RowRef>, bytes: Buffer): Promise<Buffer> {
    const handle = this.handles.get(file.state.number);
    for (let filled = 0; filled < bytes.length;) {
      const { bytesRead = 0 } =
        (await handle?.read(bytes, filled, bytes.length - filled, from + filled)) ?? {};
      if (bytesRead === 0) throw new LogFileChanged();
      filled += bytesRead;
    }
    return bytes;
  }
}

function rowsOf<Ref extends RowRef>({ file, refs, from }: Span<Ref>, bytes: Buffer): RawRow<Ref>[] {
  return refs.map((ref) => ({
    ref,
    columns: file.state.columns,
    bytes: bytes.subarray(ref.start - from, ref.start + ref.bytes - from),
  }));
}
