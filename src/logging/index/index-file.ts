import type { DuckDBInstance } from '@duckdb/node-api';
import { existsSync, lstatSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { INDEX_SCHEMA, SCHEMA_VERSION } from './index-schema.js';

/** What the engine does with a database that it was told to open. */
export type OpenDatabase = (path: string) => Promise<DuckDBInstance>;

/**
 * The index in its file or, where there can be none, in memory, with one warning. A file that is damaged, foreign or
 * of another version is made anew. Another process that has it open is left alone.
 */
export async function openIndex(
  path: string,
  open: OpenDatabase,
  warn: (line: string) => unknown,
): Promise<DuckDBInstance> {
  try {
    if (existsSync(path) && !lstatSync(path).isFile()) throw new Error('it is no file');
    return await prepared(path, open).catch(async (error: unknown) => {
      if (!canBeReplaced(error)) throw error;
      await removeIndex(path);
      return prepared(path, open);
    });
  } catch (error) {
    warn(`${path}: cannot be used, so the index is kept in memory: ${firstLine(error)}`);
    return openInMemory(open);
  }
}

export async function openInMemory(open: OpenDatabase): Promise<DuckDBInstance> {
  return prepared(':memory:', open);
}

export async function removeIndex(path: string): Promise<void> {
  await rm(path, { force: true });
  await rm(`${path}.wal`, { force: true });
}

/** DuckDB makes its files as the umask says. They hold no texts, but ids and names of models and keys. */
export async function closeToOthers(path: string): Promise<void> {
  for (const file of [path, `${path}.wal`]) await chmod(file, 0o600).catch(() => undefined);
}

async function prepared(path: string, open: OpenDatabase): Promise<DuckDBInstance> {
  const isNew = path === ':memory:' || !existsSync(path);
  const instance = await open(path);
  const connection = await instance.connect();
  try {
    if (isNew) for (const statement of INDEX_SCHEMA) await connection.run(statement);
    const version = await connection.runAndReadAll('SELECT version FROM version');
    if (version.getRows()[0]?.[0] !== SCHEMA_VERSION) throw new Error('the index is of another version');
    return instance;
  } catch (error) {
    connection.closeSync();
    instance.closeSync();
    throw error;
  } finally {
    if (path !== ':memory:') await closeToOthers(path);
    connection.closeSync();
  }
}

/** All but what another process, the rights or the disk stand in the way of. */
function canBeReplaced(error: unknown): boolean {
  return !/lock on file|permission denied|read-only|no space|not a file|no file/i.test(
    (error as Error).message,
  );
}

const firstLine = (error: unknown) => (error as Error).message.split('\n', 1)[0];
