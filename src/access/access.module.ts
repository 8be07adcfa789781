import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { dirname, join, resolve } from 'node:path';
import { SettingsError } from '../config/settings-error.js';
import { Settings } from '../config/settings.js';
import { LoggingModule } from '../logging/logging.module.js';
import { ModelsModule } from '../models/models.module.js';
import { OpenRouterModule } from '../models/openrouter/openrouter.module.js';
import { AccessCheck } from './access-check.service.js';
import { Admission } from './admission.service.js';
import { Allowances } from './allowances/allowances.js';
import { LocalAllowances } from './allowances/local-allowances.service.js';
import { Bills } from './bills/bills.service.js';
import { KeyRing } from './key-ring.service.js';
import { KeysController } from './keys.controller.js';
import { FileKeyStore } from './keys/file-key.store.js';
import { KeyStore } from './keys/key-store.js';
import { Settlement } from './settlement.service.js';

/** Who may come in, and how much each may ask. */
@Module({
  imports: [DiscoveryModule, LoggingModule, ModelsModule, OpenRouterModule],
  controllers: [KeysController],
  providers: [
    { provide: KeyStore, inject: [Settings], useFactory: openKeys },
    { provide: Allowances, useClass: LocalAllowances },
    KeyRing,
    AccessCheck,
    Admission,
    Settlement,
    Bills,
  ],
  exports: [KeyRing, Allowances, Admission],
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
