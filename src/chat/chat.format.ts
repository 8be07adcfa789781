import { ChatEncoder } from './chat-encoder.js';
import { chatReply } from './chat-result.js';
import type { ReplyFormat } from './reply-format.js';

/** The replies of `POST /chat`. */
export const CHAT_FORMAT: ReplyFormat = {
  reply: chatReply,
  encoder: (exchange) => new ChatEncoder(exchange),
};
