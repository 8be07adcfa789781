import type { Message } from '../models/model.types.js';
import type { PathOfMessage } from './chat-limits.js';
import type { ChatStart } from './chat.service.js';
import type { ChatRequestDto } from './dto/chat-request.dto.js';

/** Converts a validated body to the types of the models. */
export function toChatRequest(body: ChatRequestDto): ChatStart['request'] {
  const { temperature, top_p, max_tokens, stop, seed } = body;
  return {
    model: body.model,
    messages: body.messages ?? fromPrompt(body),
    // JSON omits undefined fields.
    options: { temperature, top_p, max_tokens, stop, seed },
  };
}

function fromPrompt({ prompt = '', system }: ChatRequestDto): Message[] {
  const user: Message = { role: 'user', content: prompt };
  return system === undefined ? [user] : [{ role: 'system', content: system }, user];
}

/** The fields that held the messages of `toChatRequest`. */
export function pathOfMessage({ messages, system }: ChatRequestDto): PathOfMessage {
  if (messages) return (index) => `messages[${index}].content`;
  return (index) => (system !== undefined && index === 0 ? 'system' : 'prompt');
}
