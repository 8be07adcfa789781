import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { LoggingModule } from '../logging/logging.module.js';
import { ModelsModule } from '../models/models.module.js';
import { OpenRouterModule } from '../models/openrouter/openrouter.module.js';
import { AccessCheck } from './access-check.service.js';
import { Admission } from './admission.service.js';
import { Allowances } from './allowances/allowances.js';
import { allowancesProvider } from './allowances/allowances.provider.js';
import { Bills } from './bills/bills.service.js';
import { KeyRing } from './key-ring.service.js';
import { KeysController } from './keys.controller.js';
import { keyStoreProvider } from './keys/key-store.provider.js';
import { Settlement } from './settlement.service.js';

/** Access control: keys, limits and budgets. */
@Module({
  imports: [DiscoveryModule, LoggingModule, ModelsModule, OpenRouterModule],
  controllers: [KeysController],
  providers: [keyStoreProvider, allowancesProvider, KeyRing, AccessCheck, Admission, Settlement, Bills],
  exports: [KeyRing, Allowances, Admission],
})
export class AccessModule {}
