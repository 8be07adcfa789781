import { Problem, type FieldError } from '../common/problem.js';
import type { Message } from '../models/model.types.js';

/** Names the request field that held a message: `prompt`, or `messages[3].content`. */
export type PathOfMessage = (index: number) => string;

/**
 * Throws Problem 400 if a message is longer than `maxChars` characters (UTF-16 code units, as in JavaScript and JSON
 * Schema validators).
 */
export function assertPromptsWithin(
  maxChars: number,
  messages: readonly Message[],
  pathOf: PathOfMessage,
): void {
  const errors: FieldError[] = [];
  messages.forEach(({ content }, index) => {
    if (textLength(content) > maxChars)
      errors.push({ path: pathOf(index), message: `must be at most ${maxChars} characters long` });
  });
  const [first] = errors;
  if (first)
    throw new Problem({
      status: 400,
      code: 'limit_exceeded',
      detail: `The request exceeds a limit of this service: ${first.path} ${first.message}.`,
      errors,
    });
}

/** The parts of a text are added up; images are limited by the size of the body. */
function textLength(content: Message['content']): number {
  if (typeof content === 'string') return content.length;
  return (content ?? []).reduce((sum, { text }) => sum + (typeof text === 'string' ? text.length : 0), 0);
}
