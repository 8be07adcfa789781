import { Module } from '@nestjs/common';
import { ChatModule } from '../chat/chat.module.js';
import { LoggingModule } from '../logging/logging.module.js';
import { ModelsModule } from '../models/models.module.js';
import { CompletionsController } from './completions.controller.js';
import { EmbeddingsController } from './embeddings/embeddings.controller.js';
import { TextCompletionsController } from './legacy/text-completions.controller.js';
import { OpenAiModelsController } from './openai-models.controller.js';
import { ItemReferences } from './responses/item-references.service.js';
import { ResponsesController } from './responses/responses.controller.js';

/** OpenAI's API for the same chats. */
@Module({
  imports: [ChatModule, LoggingModule, ModelsModule],
  controllers: [
    CompletionsController,
    ResponsesController,
    EmbeddingsController,
    TextCompletionsController,
    OpenAiModelsController,
  ],
  providers: [ItemReferences],
})
export class OpenAiModule {}
