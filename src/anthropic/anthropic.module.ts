import { Module } from '@nestjs/common';
import { ChatModule } from '../chat/chat.module.js';
import { LoggingModule } from '../logging/logging.module.js';
import { MessagesController } from './messages.controller.js';

/** A door to the same chats for programs that speak Anthropic's API. */
@Module({ imports: [ChatModule, LoggingModule], controllers: [MessagesController] })
export class AnthropicModule {}
