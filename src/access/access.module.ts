import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { dirname, join, resolve } from 'node:path';
import { SettingsError } from '../config/settings-error.js';
import { Settings } from '../config/settings.js';
import { AccessCheck } from './access-check.service.js';
import { KeyRing } from './key-ring.service.js';
import { KeysController } from './keys.controller.js';
import { FileKeyStore } from './keys/file-key.store.js';
import { KeyStore } from './keys/key-store.js';

/** Who may come in, and how much each may ask. */
@Module({
  imports: [DiscoveryModule],
  controllers: [KeysController],
  providers: [{ provide: KeyStore, inject: [Settings], useFactory: openKeys }, KeyRing, AccessCheck],
  exports: [KeyRing],
})
export class AccessModule {}

/** Throws SettingsError if there is a file of keys that cannot be trusted: it must not count as no keys. */
async function openKeys({ CHAT_KEYS_PATH: given, CHAT_LOG_PATH: log }: Settings): Promise<KeyStore> {
  const path = resolve(given === '' ? join(dirname(log), 'chat_keys.json') : given);
  try {
    return (await FileKeyStore.open(path)).watch();
  } catch (error) {
    throw new SettingsError((error as Error).message);
  }
}
