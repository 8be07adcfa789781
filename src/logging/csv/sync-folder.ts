import { open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A new or renamed file is only found after a power cut if its folder was synced too. Some file systems cannot, and say so. */
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
