import type { LogRecord, Message } from '../api/types.ts';

/** The conversation of a row: what was sent, in order, without the answer. */
export function conversationOf({ messages, prompt }: LogRecord): Message[] {
  if (!Array.isArray(messages) || messages.length === 0) return [{ role: 'user', content: prompt }];
  return messages.map((message: unknown): Message => {
    const { role, content } = isObject(message) ? message : {};
    return { role: roleOf(role), content: textOf(content) };
  });
}

function roleOf(role: unknown): Message['role'] {
  if (role === 'assistant') return role;
  return role === 'system' || role === 'developer' ? 'system' : 'user';
}

/** OpenAI's content may come in parts, of which only texts can be shown. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return content == null ? '' : JSON.stringify(content);
  return content
    .map((part: unknown) =>
      isObject(part) && typeof part.text === 'string' ? part.text : `[${kindOf(part)}]`,
    )
    .join('\n');
}

function kindOf(part: unknown): string {
  return isObject(part) && typeof part.type === 'string' ? part.type : 'part';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
