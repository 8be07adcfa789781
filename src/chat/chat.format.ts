import { ChatEncoder } from './chat-encoder.js';
import { chatReply } from './chat-result.js';
import type { ReplyFormat } from './reply.service.js';

/** The replies of `POST /chat`. */
export const CHAT_FORMAT: ReplyFormat = {
  reply: chatReply,
  encoder: (recorded) => new ChatEncoder(recorded),
};
