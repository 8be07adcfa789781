import type { LogRow } from '../logging/log-row.js';
import type { Message } from '../models/model.types.js';

/** Maximum characters: thousands of spans wait in memory. Longer content is truncated and then is not valid JSON. */
const MAX_CHARS = 16_384;

/** The prompt as `gen_ai.input.messages`: JSON of `{role, parts}`. Content parts are unchanged. */
export function inputMessages(messages: readonly Message[]): string {
  return cut(
    messages.map(({ role, content, tool_calls: calls = [] }) => ({
      role,
      parts: [...(typeof content === 'string' ? [text(content)] : (content ?? [])), ...calls],
    })),
  );
}

/** The answer as `gen_ai.output.messages`. */
export function outputMessages({ response, finish_reason }: LogRow): string {
  return cut([{ role: 'assistant', parts: [text(response)], finish_reason }]);
}

function text(content: string): object {
  return { type: 'text', content };
}

function cut(value: unknown): string {
  return JSON.stringify(value).slice(0, MAX_CHARS);
}
