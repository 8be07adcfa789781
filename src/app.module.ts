import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { AccessGuard } from './access/access.guard.js';
import { AccessModule } from './access/access.module.js';
import { ANTHROPIC_ERRORS } from './anthropic/anthropic-error.js';
import { AnthropicModule } from './anthropic/anthropic.module.js';
import { ChatModule } from './chat/chat.module.js';
import { BodyValidationPipe } from './common/http/body-validation.pipe.js';
import { ProblemFilter } from './common/problem.filter.js';
import { ConfigModule } from './config/config.module.js';
import { HealthModule } from './health/health.module.js';
import { LoggingModule } from './logging/logging.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { ModelsModule } from './models/models.module.js';
import { OPENAI_ERRORS } from './openai/openai-error.js';
import { OpenAiModule } from './openai/openai.module.js';
import { PageHostModule } from './page-host/page-host.module.js';

/** The modules of the service. */
@Module({
  // Express searches routes in this order: those used most come first.
  imports: [
    ChatModule,
    OpenAiModule,
    AnthropicModule,
    ConfigModule,
    ModelsModule,
    LoggingModule,
    AccessModule,
    HealthModule,
    MetricsModule,
    PageHostModule,
  ],
  // What every request passes, in this order, after the gate (app.ts).
  providers: [
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_PIPE, useClass: BodyValidationPipe },
    { provide: APP_FILTER, useValue: new ProblemFilter([ANTHROPIC_ERRORS, OPENAI_ERRORS]) },
  ],
})
export class AppModule {}
