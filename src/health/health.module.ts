import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { DrainModule } from '../common/drain/drain.module.js';
import { LoggingModule } from '../logging/logging.module.js';
import { ModelsModule } from '../models/models.module.js';
import { HealthController } from './health.controller.js';

/** Reports the indicators that other modules export. */
@Module({
  // Terminus would log every failed probe; whatever fails logs the cause once itself.
  imports: [TerminusModule.forRoot({ logger: false }), LoggingModule, ModelsModule, DrainModule],
  controllers: [HealthController],
})
export class HealthModule {}
