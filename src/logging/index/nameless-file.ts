import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DESCRIPTORS = existsSync('/proc/self/fd') ? '/proc/self/fd' : '/dev/fd';

/** The only folder that DuckDB may open files in: it holds this process's open files, and nothing by name. */
export const DESCRIPTOR_FOLDER = `${DESCRIPTORS}/`;

/**
 * A scratch file without a name: DuckDB reads and writes it by its descriptor, and it is gone with the process,
 * even after SIGKILL. Prompts and answers must not stay behind in a temp folder that `logs:erase` knows nothing of.
 */
export async function openNamelessFile(): Promise<FileHandle> {
  const path = join(tmpdir(), `parley-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  await unlink(path);
  return file;
}

export const descriptorPath = (file: FileHandle) => DESCRIPTOR_FOLDER + file.fd.toString();
