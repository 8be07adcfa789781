import { Problem, type FieldError } from '../common/problem.js';
import type { ChatRequest, Message } from '../models/model.types.js';

export interface ChatLimits {
  /** Longest message, in characters (UTF-16 code units, as JavaScript and JSON Schema validators count). */
  PROMPT_MAX_CHARS: number;
  MAX_TOKENS_LIMIT: number;
}

/** Names the field of the request in which a message came: `prompt`, or `messages[3].content`. */
export type PathOfMessage = (index: number) => string;

/** Throws Problem 400 if the operator's limits are exceeded. */
export function assertWithinLimits(
  { messages, options }: Pick<ChatRequest, 'messages' | 'options'>,
  limits: ChatLimits,
  pathOf: PathOfMessage,
): void {
  const errors: FieldError[] = [];
  messages.forEach(({ content }, index) => {
    if (textLength(content) > limits.PROMPT_MAX_CHARS)
      errors.push({
        path: pathOf(index),
        message: `must be at most ${limits.PROMPT_MAX_CHARS} characters long`,
      });
  });
  for (const path of ['max_tokens', 'max_completion_tokens']) {
    const value = options[path];
    if (typeof value === 'number' && value > limits.MAX_TOKENS_LIMIT)
      errors.push({ path, message: `must be at most ${limits.MAX_TOKENS_LIMIT}` });
  }
  const [first] = errors;
  if (first)
    throw new Problem({
      status: 400,
      code: 'limit_exceeded',
      detail: `The request is over a limit of this service: ${first.path} ${first.message}.`,
      errors,
    });
}

/** Text in parts counts together; images are bounded by the size of the body. */
function textLength(content: Message['content']): number {
  if (typeof content === 'string') return content.length;
  return (content ?? []).reduce((sum, { text }) => sum + (typeof text === 'string' ? text.length : 0), 0);
}
