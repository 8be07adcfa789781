import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { DrainModule } from '../common/drain/drain.module.js';
import { LoggingModule } from '../logging/logging.module.js';
import { ModelsModule } from '../models/models.module.js';
import { TracingModule } from '../tracing/tracing.module.js';
import { ChatController } from './chat.controller.js';
import { ChatService } from './chat.service.js';

@Module({
  imports: [AccessModule, ModelsModule, LoggingModule, TracingModule, DrainModule],
  controllers: [ChatController],
  providers: [ChatService],
  exports: [ChatService],
})
export class ChatModule {}
