import { readFileSync } from 'node:fs';
import { SettingsError } from './settings-error.js';

/** Throws SettingsError if there is a `.env` that cannot be read: without it a different service would start. */
export function assertEnvFileIsReadable(path = '.env'): void {
  try {
    readFileSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    const reasons: Partial<Record<string, string>> = {
      EISDIR: 'it is a directory; it must be a file',
      EACCES: 'this user has no permission to read it',
    };
    throw new SettingsError(`${path} cannot be read: ${reasons[code ?? ''] ?? message}`);
  }
}
