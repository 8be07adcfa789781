import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { DrainModule } from '../common/drain/drain.module.js';
import { LoggingModule } from '../logging/logging.module.js';
import { ModelsModule } from '../models/models.module.js';
import { HealthController } from './health.controller.js';

/** Lists the indicators that other modules export; owns none. */
@Module({
  // Terminus would write a line for every failed probe; what failed says so itself, once.
  imports: [TerminusModule.forRoot({ logger: false }), LoggingModule, ModelsModule, DrainModule],
  controllers: [HealthController],
})
export class HealthModule {}
