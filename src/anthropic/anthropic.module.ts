import { Module } from '@nestjs/common';
import { ChatModule } from '../chat/chat.module.js';
import { LoggingModule } from '../logging/logging.module.js';
import { MessagesController } from './messages.controller.js';

/** Anthropic's API for the same chats. */
@Module({ imports: [ChatModule, LoggingModule], controllers: [MessagesController] })
export class AnthropicModule {}
