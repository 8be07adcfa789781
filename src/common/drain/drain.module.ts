import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { DrainHealth } from './drain.health.js';
import { DrainService } from './drain.service.js';

@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  providers: [DrainService, DrainHealth],
  exports: [DrainService, DrainHealth],
})
export class DrainModule {}
