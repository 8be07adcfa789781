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

const COLUMNS = [
  'number',
  'kind',
  'identity',
  'columns',
  'indexed',
  'unreadable',
  'guard',
  'version',
] as const;

export async function saveSource(connection: EngineConnection, state: SourceState): Promise<void> {
  await connection.run('DELETE FROM source_file WHERE number = $1', [state.number]);
  await connection.run(
    `INSERT INTO source_file VALUES (${COLUMNS.map((_, index) => `$${index + 1}`).join(', ')})`,
    COLUMNS.map((name) => state[name]),
  );
}

export async function savedSources(connection: EngineConnection): Promise<SourceFile[]> {
  const states = await connection.rows<SourceState>({ text: 'SELECT * FROM source_file', values: [] });
  return states.map((state) => new SourceFile(state));
}

async function lastBytes(file: FileHandle, end: number, length: number): Promise<string> {
  if (length === 0) return '';
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, end - length);
  return buffer.toString('hex', 0, bytesRead);
}
