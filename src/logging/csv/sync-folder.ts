import { open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A new or renamed file survives a power failure only if its folder was synced too. Some file systems refuse that. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    await folder.close();
  }
}
