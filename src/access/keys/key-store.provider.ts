import type { FactoryProvider } from '@nestjs/common';
import { dirname, join, resolve } from 'node:path';
import { SettingsError } from '../../config/settings-error.js';
import { Settings } from '../../config/settings.js';
import { PostgresKeyStore } from '../postgres/postgres-key.store.js';
import { FileKeyStore } from './file-key.store.js';
import { KeyFile } from './key-file.js';
import { KeyStore } from './key-store.js';

/** The path of the key file, if there is one. */
export function keysPath({
  CHAT_KEYS_PATH: given,
  CHAT_LOG_PATH: log,
}: Pick<Settings, 'CHAT_KEYS_PATH' | 'CHAT_LOG_PATH'>): string {
  return resolve(given === '' ? join(dirname(log), 'chat_keys.json') : given);
}

/** The database if there is one, else a file. Untrusted keys stop the start: they must not count as none. */
export const keyStoreProvider: FactoryProvider<Promise<KeyStore>> = {
  provide: KeyStore,
  inject: [Settings],
  useFactory: async (settings: Settings) => {
    const { DATABASE_URL: url, DATABASE_WRITE_TIMEOUT_MS: timeoutMs } = settings;
    const path = keysPath(settings);
    try {
      if (url === '') return (await FileKeyStore.open(path)).watch();
      // A service with keys in a file must not become open when it gets a database.
      return await PostgresKeyStore.follow(url, timeoutMs, await new KeyFile(path).read());
    } catch (error) {
      throw new SettingsError((error as Error).message);
    }
  },
};
