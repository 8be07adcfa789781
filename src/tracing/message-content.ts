import type { LogRow } from '../logging/log-row.js';
import type { Message } from '../models/model.types.js';

/** Spans wait in memory by the thousand: what is longer is cut, and is no JSON then. In characters. */
const MAX_CHARS = 16_384;

/** What was asked, as `gen_ai.input.messages` has it: JSON of `{role, parts}`. Content parts go as they came. */
export function inputMessages(messages: readonly Message[]): string {
  return cut(
    messages.map(({ role, content, tool_calls: calls = [] }) => ({
      role,
      parts: [...(typeof content === 'string' ? [text(content)] : (content ?? [])), ...calls],
    })),
  );
}

/** What was answered, as `gen_ai.output.messages` has it. */
export function outputMessages({ response, finish_reason }: LogRow): string {
  return cut([{ role: 'assistant', parts: [text(response)], finish_reason }]);
}

function text(content: string): object {
  return { type: 'text', content };
}

function cut(value: unknown): string {
  return JSON.stringify(value).slice(0, MAX_CHARS);
}
