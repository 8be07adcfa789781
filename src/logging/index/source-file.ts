import type { FileHandle } from 'node:fs/promises';
import type { EngineConnection } from './duckdb-engine.js';
import type { FoundFile, LogHeader } from './log-files.js';

const GUARD_BYTES = 64;

/** What the index keeps of a file, so that it can go on where it stopped. */
export interface SourceState {
  /** Its number in the index. */
  number: number;
  kind: LogHeader['kind'];
  identity: string;
  columns: number;
  /** Up to where it is indexed. */
  indexed: number;
  /** Rows that are too long, no CSV, or not of as many fields as the header. */
  unreadable: number;
  /** The last bytes before `indexed`, as hexadecimal. */
  guard: string;
  /** The last version of the file that was read to its end. */
  version: string;
}

/** A file that is in the index. */
export class SourceFile {
  constructor(
    readonly state: SourceState,
    public path = '',
  ) {}

  static begin(
    number: number,
    { identity, path }: FoundFile,
    { kind, columns, bytes }: LogHeader,
  ): SourceFile {
    const state = { number, kind, identity, columns, indexed: bytes, unreadable: 0, guard: '', version: '' };
    return new SourceFile(state, path);
  }

  static async saved(connection: EngineConnection): Promise<SourceFile[]> {
    const lines = await connection.rows<{ state: string }>({ text: 'FROM source_file', values: [] });
    return lines.map(({ state }) => new SourceFile(JSON.parse(state) as SourceState));
  }

  async save(connection: EngineConnection): Promise<void> {
    const { number } = this.state;
    await connection.run('DELETE FROM source_file WHERE file_no = $1', [number]);
    await connection.run('INSERT INTO source_file VALUES ($1, $2)', [number, JSON.stringify(this.state)]);
  }

  mayBe({ identity, size }: FoundFile): boolean {
    return identity === this.state.identity && size >= this.state.indexed;
  }

  /** False where the file was cut off and written anew since, as logrotate's copytruncate does. */
  async isContinuedBy(file: FileHandle): Promise<boolean> {
    const { guard, indexed } = this.state;
    return guard === (await lastBytes(file, indexed, guard.length / 2));
  }

  async moveTo(file: FileHandle, indexed: number, unreadable: number): Promise<void> {
    this.state.indexed = indexed;
    this.state.unreadable += unreadable;
    this.state.guard = await lastBytes(file, indexed, Math.min(GUARD_BYTES, indexed));
  }
}

async function lastBytes(file: FileHandle, end: number, length: number): Promise<string> {
  if (length === 0) return '';
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, end - length);
  return buffer.toString('hex', 0, bytesRead);
}
