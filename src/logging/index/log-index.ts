import type { FileHandle } from 'node:fs/promises';
import { DuckDbEngine, type EngineConnection } from './duckdb-engine.js';
import { closeToOthers, openIndex, openInMemory, removeIndex } from './index-file.js';
import { findLogFiles, type FoundFile, LogFileChanged, openLogFile, readHeader } from './log-files.js';
import { RowLoader } from './row-loader.js';
import { SourceFile } from './source-file.js';

const LISTINGS_MAX = 3;

/** Of the file or what is in it, not of one question. */
const isIndexFailure = (error: unknown) =>
  /^(IO|FATAL|INTERNAL|Serialization|Catalog|Transaction(Context)?) Error/.test((error as Error).message);

/** Says something to the operator. */
export type Warn = (line: string) => unknown;

export interface IndexOptions {
  /** The log's current file. */
  path: string;
  /** Where the index is kept; absent: in memory. */
  indexPath?: string | undefined;
  warn: Warn;
}

/**
 * The figures of every row in a table of DuckDB's, and where the row is in its file. Continued at each question from
 * where it stopped: only what was written since is read, and no more than was there when it was asked.
 */
export class LogIndex {
  readonly files = new Map<number, SourceFile>();
  engine: DuckDbEngine;
  private readonly ignored = new Set<string>();
  private running: Promise<void> | undefined;
  private next: Promise<void> | undefined;
  private isLoaded = false;
  private closing = false;
  private failures = 0;
  private lastNumber = 0;

  constructor(private readonly options: IndexOptions) {
    this.engine = this.newEngine();
  }

  get unreadableRows(): number {
    return [...this.files.values()].reduce((sum, { state }) => sum + state.unreadable, 0);
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
      })
      .catch((error: unknown) => {
        // What was not committed is in no table: read again what is.
        this.isLoaded = false;
        throw error;
      });
    return this.next;
  }

  /**
   * After a failure of the index itself: made anew or, the second time, in memory. False where that does not help.
   * @param failed the engine that the failure came from
   */
  async startOver(failed: DuckDbEngine, error: unknown): Promise<boolean> {
    const { indexPath, warn } = this.options;
    if (failed !== this.engine) return true;
    if (!isIndexFailure(error)) return false;
    if (indexPath === undefined || this.closing || ++this.failures > 2) return false;
    this.engine = this.newEngine();
    this.files.clear();
    this.isLoaded = false;
    await failed.close();
    await removeIndex(indexPath).catch(() => undefined);
    if (this.failures === 1)
      warn(`${indexPath}: is made anew: ${(error as Error).message.split('\n', 1)[0]}`);
    return true;
  }

  async close(): Promise<void> {
    this.closing = true;
    await (this.next ?? this.running)?.catch(() => undefined);
    await this.engine.close();
  }

  private newEngine(): DuckDbEngine {
    const { indexPath, warn } = this.options;
    const inFile = indexPath !== undefined && this.failures < 2;
    return new DuckDbEngine((open) => (inFile ? openIndex(indexPath, open, warn) : openInMemory(open)));
  }

  private async takeIn(): Promise<void> {
    const { engine } = this;
    const found = await engine.use(undefined, async (connection) => {
      if (!this.isLoaded) await this.loadSources(connection);
      return this.forgetLost(connection);
    });
    const known = new Map([...this.files.values()].map((file) => [file.state.identity, file]));
    for (const file of found) await this.continue(engine, file, known.get(file.identity));
  }

  private async loadSources(connection: EngineConnection): Promise<void> {
    this.files.clear();
    for (const file of await SourceFile.saved(connection)) this.files.set(file.state.number, file);
    this.isLoaded = true;
  }

  private async forgetLost(connection: EngineConnection): Promise<FoundFile[]> {
    const found = await this.listing();
    for (const file of this.files.values()) {
      const now = found.find((candidate) => file.mayBe(candidate));
      if (now) file.path = now.path;
      else await this.forget(connection, file);
    }
    return found;
  }

  /** A rename between listing the folder and looking at the file hides it, so a loss is looked at again. */
  private async listing(): Promise<FoundFile[]> {
    let found = await findLogFiles(this.options.path);
    for (let again = 1; again < LISTINGS_MAX && this.misses(found); again++)
      found = await findLogFiles(this.options.path);
    return found;
  }

  private misses(found: FoundFile[]): boolean {
    return [...this.files.values()].some((file) => !found.some((candidate) => file.mayBe(candidate)));
  }

  private async continue(
    engine: DuckDbEngine,
    found: FoundFile,
    known: SourceFile | undefined,
  ): Promise<void> {
    if (this.closing || found.version === known?.state.version) return;
    const handle = await openLogFile(found).catch((error: unknown) => {
      // Renamed or replaced this very moment: the next question finds it.
      if (error instanceof LogFileChanged) return undefined;
      throw error;
    });
    if (!handle) return;
    try {
      await engine.use(undefined, (connection) => this.read(connection, handle, found, known));
    } finally {
      await handle.close();
    }
  }

  private async read(
    connection: EngineConnection,
    handle: FileHandle,
    found: FoundFile,
    known: SourceFile | undefined,
  ): Promise<void> {
    const isContinued = await known?.isContinuedBy(handle);
    if (known && !isContinued) await this.forget(connection, known);
    const file = isContinued ? known : await this.begin(handle, found);
    if (!file) return;
    const { state, path } = file;
    const unreadableBefore = state.unreadable;
    await new RowLoader(connection, file, handle).load(found.size, () => this.closing);
    if (this.closing) return;
    state.version = found.version;
    // Nobody goes on writing to a file that was set aside: half a row at its end is no row to come, but a lost one.
    const isSetAside = state.kind === 'rows' && path !== this.options.path;
    if (isSetAside && found.size > state.indexed) state.unreadable++;
    await file.save(connection);
    if (this.options.indexPath !== undefined) await closeToOthers(this.options.indexPath);
    if (state.unreadable > unreadableBefore)
      this.options.warn(`${path}: rows that cannot be read and are in no answer: ${state.unreadable}`);
  }

  /** Undefined, with one warning, where the file is no log of ours. */
  private async begin(handle: FileHandle, found: FoundFile): Promise<SourceFile | undefined> {
    const header = await readHeader(handle);
    if (!header) {
      this.ignore(found);
      return undefined;
    }
    // Never given twice: an answer that is under way may still speak of a file that was forgotten.
    this.lastNumber = Math.max(this.lastNumber, ...this.files.keys()) + 1;
    const file = SourceFile.begin(this.lastNumber, found, header);
    this.files.set(this.lastNumber, file);
    return file;
  }

  private ignore({ path, identity, size }: FoundFile): void {
    if (size === 0 || this.ignored.has(identity)) return;
    this.ignored.add(identity);
    this.options.warn(
      `${path}: is no log that can be read (other columns, or compressed) and is in no answer`,
    );
  }

  private async forget(connection: EngineConnection, { state }: SourceFile): Promise<void> {
    this.files.delete(state.number);
    await connection.atOnce(async () => {
      for (const table of ['logged_row', 'amendment', 'source_file'])
        await connection.run(`DELETE FROM ${table} WHERE file_no = ${state.number}`);
    });
  }
}
