import { Logger } from '@nestjs/common';
import type { FileHandle } from 'node:fs/promises';
import { DuckDbEngine } from './duckdb-engine.js';
import { IndexedFile } from './indexed-file.js';
import { findLogFiles, type FoundFile, LogFileChanged, openLogFile, readHeader } from './log-files.js';
import { loadRows } from './row-loader.js';
import { wholeRows } from './whole-rows.js';

const LISTINGS_MAX = 3;

/** In memory, but compressed: 20 bytes a row instead of 160. */
export const INDEX_SCHEMA = [
  "ATTACH ':memory:' AS log (COMPRESS)",
  `CREATE TABLE log.chat_log (
     file_no INTEGER, row_no INTEGER, timestamp TIMESTAMP, model VARCHAR, latency DOUBLE, prompt_tokens BIGINT,
     response_tokens BIGINT, status VARCHAR, ttft DOUBLE, cost DOUBLE, id VARCHAR)`,
  'CREATE VIEW chat_log AS SELECT * FROM log.chat_log',
];

/**
 * The figures of every row in a table of DuckDB's, and where the row is in its file. Made at the first question and
 * continued at each: only what was written since is read. Texts stay in the files, so there is no second copy of
 * them to erase, and a million rows take some 20 MB.
 */
export class LogIndex {
  readonly files = new Map<number, IndexedFile>();
  private readonly logger = new Logger('Log');
  private readonly ignored = new Set<string>();
  private running: Promise<void> | undefined;
  private next: Promise<void> | undefined;
  private lastNumber = 0;
  private closing = false;

  constructor(
    private readonly path: string,
    private readonly engine: DuckDbEngine,
  ) {}

  get unreadableRows(): number {
    return [...this.files.values()].reduce((sum, { unreadable }) => sum + unreadable, 0);
  }

  /**
   * Takes in what was written until now. A run that has begun may have missed the caller's own row, so he waits
   * for the next, which all who came meanwhile share.
   */
  refresh(): Promise<void> {
    this.next ??= (this.running ?? Promise.resolve())
      .catch(() => undefined)
      .then(() => {
        this.running = this.next;
        this.next = undefined;
        return this.takeIn();
      });
    return this.next;
  }

  async close(): Promise<void> {
    this.closing = true;
    await (this.next ?? this.running)?.catch(() => undefined);
  }

  private async takeIn(): Promise<void> {
    const found = await this.listing();
    for (const file of this.files.values()) {
      const now = found.find((candidate) => file.mayBe(candidate));
      if (now) file.path = now.path;
      else await this.forget(file);
    }
    const known = new Map([...this.files.values()].map((file) => [file.identity, file]));
    for (const file of found) await this.continue(file, known.get(file.identity));
  }

  /** A rename between listing the folder and looking at the file hides it, so a loss is looked at again. */
  private async listing(): Promise<FoundFile[]> {
    let found = await findLogFiles(this.path);
    for (let again = 1; again < LISTINGS_MAX && this.misses(found); again++)
      found = await findLogFiles(this.path);
    return found;
  }

  private misses(found: FoundFile[]): boolean {
    return [...this.files.values()].some((file) => !found.some((candidate) => file.mayBe(candidate)));
  }

  private async continue(found: FoundFile, known: IndexedFile | undefined): Promise<void> {
    if (this.closing || found.version === known?.version) return;
    const handle = await openLogFile(found).catch((error: unknown) => {
      // Renamed or replaced this very moment: the next question finds it.
      if (error instanceof LogFileChanged) return undefined;
      throw error;
    });
    try {
      if (handle) await this.read(handle, found, known);
    } finally {
      await handle?.close();
    }
  }

  private async read(handle: FileHandle, found: FoundFile, known: IndexedFile | undefined): Promise<void> {
    if (known && (await known.isContinuedBy(handle))) return this.load(handle, known, found);
    if (known) await this.forget(known);
    const header = await readHeader(handle);
    if (!header) {
      this.ignore(found);
      return;
    }
    const file = new IndexedFile(++this.lastNumber, found.identity, found.path, header);
    this.files.set(file.number, file);
    await this.load(handle, file, found);
  }

  private async load(handle: FileHandle, file: IndexedFile, found: FoundFile): Promise<void> {
    const unreadableBefore = file.unreadable;
    await loadRows(this.engine, file, wholeRows(handle, file.indexed), () => this.closing);
    await file.remember(handle);
    file.version = found.version;
    // Nobody goes on writing to a file that was set aside: half a row at its end is no row to come, but a lost one.
    if (found.path !== this.path && found.size > file.indexed) file.unreadable++;
    if (file.unreadable > unreadableBefore)
      this.logger.warn(`${file.path}: rows that cannot be read and are in no answer: ${file.unreadable}`);
  }

  private ignore({ path, identity, size }: FoundFile): void {
    if (size === 0 || this.ignored.has(identity)) return;
    this.ignored.add(identity);
    this.logger.warn(
      `${path}: is no log that can be read (other columns, or compressed) and is in no answer`,
    );
  }

  private async forget(file: IndexedFile): Promise<void> {
    this.files.delete(file.number);
    await this.engine.use(undefined, (connection) =>
      connection.run(`DELETE FROM log.chat_log WHERE file_no = ${file.number}`),
    );
  }
}
