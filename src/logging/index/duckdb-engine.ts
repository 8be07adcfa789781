import {
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBValue,
  StatementType,
} from '@duckdb/node-api';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Statement } from '../sql/log-sql.js';
import type { OpenDatabase } from './index-file.js';
import { DESCRIPTOR_FOLDER } from './nameless-file.js';
import { ReaderSlots } from './reader-slots.js';

const MEMORY_LIMIT_MB = 128;

/**
 * How many calls run inside DuckDB at once. Each holds one of libuv's four threads until it is done, and the writer
 * of the log needs those for its own calls: with all four taken, no chat could be recorded.
 */
const CALLS_AT_ONCE = 2;

const INTERRUPT_EVERY_MS = 50;

const OPENING = [
  'SET autoinstall_known_extensions = false',
  'SET autoload_known_extensions = false',
  // Scratch files change under the same descriptor, so nothing of a file may be remembered.
  'SET enable_external_file_cache = false',
  // Row groups of Parquet can only be bounded by bytes without it; with one thread the order stays all the same.
  'SET preserve_insertion_order = false',
  `SET allowed_directories = ['${DESCRIPTOR_FOLDER}']`,
  'SET enable_external_access = false',
  // In DuckDB 1.5.5 each `ORDER BY … LIMIT` that is planned this way leaves 4 KB behind for ever.
  "SET disabled_optimizers = 'late_materialization'",
  "SET TimeZone = 'UTC'",
  // Texts are turned into statements nowhere, but should that ever break, they would meet a locked room.
  'SET lock_configuration = true',
];

interface Opened {
  instance: DuckDBInstance;
  folder: string;
}

/** A DuckDB that is opened at first use. */
export class DuckDbEngine {
  private opened: Promise<Opened> | undefined;
  private readonly calls = new ReaderSlots(CALLS_AT_ONCE, Infinity);

  /** @param start opens the database and gives it its tables */
  constructor(
    private readonly start: (open: OpenDatabase) => Promise<DuckDBInstance>,
    private readonly memoryLimitMb = MEMORY_LIMIT_MB,
  ) {}

  /** The caller closes it. An abort interrupts what runs on it. */
  async connect(signal?: AbortSignal): Promise<EngineConnection> {
    const { instance } = await this.open();
    signal?.throwIfAborted();
    return new EngineConnection(await instance.connect(), this.calls, signal);
  }

  /** Lends a connection for as long as the work takes. */
  async use<T>(
    signal: AbortSignal | undefined,
    work: (connection: EngineConnection) => Promise<T>,
  ): Promise<T> {
    const connection = await this.connect(signal);
    try {
      return await work(connection);
    } finally {
      connection.close();
    }
  }

  async close(): Promise<void> {
    const opened = await this.opened?.catch(() => undefined);
    this.opened = undefined;
    opened?.instance.closeSync();
    if (opened) await rm(opened.folder, { recursive: true, force: true });
  }

  private open(): Promise<Opened> {
    this.opened ??= this.openNow();
    return this.opened;
  }

  private async openNow(): Promise<Opened> {
    const folder = await mkdtemp(join(tmpdir(), 'parley-'));
    // One query stays on one core: the other one is for chats.
    const options = { memory_limit: `${this.memoryLimitMb}MB`, threads: '1', temp_directory: folder };
    const instance = await this.start((path) => DuckDBInstance.create(path, options));
    const connection = await instance.connect();
    for (const statement of OPENING) await connection.run(statement);
    connection.closeSync();
    return { instance, folder };
  }
}

type Row = Record<string, unknown>;

export class EngineConnection {
  private interrupting: NodeJS.Timeout | undefined;

  /** Again and again, since an interrupt that comes just before a query starts is forgotten. */
  private readonly interrupt = () => {
    this.connection.interrupt();
    this.interrupting = setTimeout(this.interrupt, INTERRUPT_EVERY_MS);
  };

  constructor(
    private readonly connection: DuckDBConnection,
    private readonly calls: ReaderSlots,
    readonly signal: AbortSignal | undefined,
  ) {
    signal?.addEventListener('abort', this.interrupt, { once: true });
  }

  async run(text: string, values: DuckDBValue[] = []): Promise<void> {
    await this.call(() => this.connection.run(text, values));
  }

  /** Either all of the work becomes part of the database, or nothing. */
  async atOnce<T>(work: () => Promise<T>): Promise<T> {
    await this.run('BEGIN');
    try {
      const result = await work();
      await this.run('COMMIT');
      return result;
    } catch (error) {
      await this.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  /** The caller closes it. */
  appender(table: string): Promise<DuckDBAppender> {
    return this.connection.createAppender(table);
  }

  async rows<T extends object = Row>(statement: Statement): Promise<T[]> {
    const rows: T[] = [];
    for await (const chunk of this.stream<T>(statement)) for (const row of chunk) rows.push(row);
    return rows;
  }

  /** The rows in pieces of about 2,000. No other statement may run on this connection until the last. */
  async *stream<T extends object = Row>({ text, values }: Statement): AsyncGenerator<T[]> {
    const result = await this.call(() => this.connection.stream(text, values));
    const names = result.columnNames();
    for (;;) {
      const chunk = await this.call(() => result.fetchChunk());
      if (!chunk || chunk.rowCount === 0) return;
      yield chunk.getRowObjects(names) as unknown as T[];
    }
  }

  /** One statement of somebody's own, if it does no more than read. */
  async select(text: string): Promise<{ names: string[]; rows: AsyncIterable<unknown[][]> }> {
    const prepared = await this.connection.prepare(text);
    const { statementType } = prepared;
    if (statementType !== StatementType.SELECT && statementType !== StatementType.EXPLAIN)
      throw new Error('Only one statement that reads is allowed: select …');
    const result = await this.call(() => prepared.stream());
    return { names: result.deduplicatedColumnNames(), rows: result.yieldRowsJs() };
  }

  close(): void {
    this.signal?.removeEventListener('abort', this.interrupt);
    clearTimeout(this.interrupting);
    this.connection.closeSync();
  }

  private async call<T>(work: () => Promise<T>): Promise<T> {
    const done = await this.calls.take(this.signal);
    try {
      return await work();
    } catch (error) {
      // What DuckDB says about an interrupt is of no interest; why it was interrupted is.
      this.signal?.throwIfAborted();
      throw error;
    } finally {
      done();
    }
  }
}
