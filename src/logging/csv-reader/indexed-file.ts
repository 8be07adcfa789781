import type { FileHandle } from 'node:fs/promises';
import type { FoundFile, LogHeader } from './log-files.js';

const GUARD_BYTES = 64;

/** What is known of a file of the log: where its rows are. */
export class IndexedFile {
  /** Where row n begins is the nth, where it ends the next. */
  readonly ends: number[];
  /** Rows that are no CSV, or not of as many fields as the header. */
  unreadable = 0;
  /** The last version of the file that was read to its end. */
  version = '';
  private guard = Buffer.alloc(0);

  constructor(
    /** Its number in the index, never given twice. */
    readonly number: number,
    readonly identity: string,
    public path: string,
    readonly header: LogHeader,
  ) {
    this.ends = [header.bytes];
  }

  /** Up to where it is indexed. */
  get indexed(): number {
    return this.ends.at(-1) ?? 0;
  }

  get rowCount(): number {
    return this.ends.length - 1;
  }

  rowStart(row: number): number {
    return this.ends[row] ?? 0;
  }

  rowEnd(row: number): number {
    return this.ends[row + 1] ?? this.indexed;
  }

  mayBe({ identity, size }: FoundFile): boolean {
    return identity === this.identity && size >= this.indexed;
  }

  /** False where the file was cut off and written anew since, as logrotate's copytruncate does. */
  async isContinuedBy(file: FileHandle): Promise<boolean> {
    return this.guard.equals(await this.lastBytes(file, this.guard.length));
  }

  async remember(file: FileHandle): Promise<void> {
    this.guard = await this.lastBytes(file, Math.min(GUARD_BYTES, this.indexed));
  }

  private async lastBytes(file: FileHandle, length: number): Promise<Buffer<ArrayBuffer>> {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, this.indexed - length);
    return buffer.subarray(0, bytesRead);
  }
}
