import { isPlainObject } from '../../common/http/to-dto.js';

/** A custom tool takes plain text, not JSON. In a chat completion it is a function with one text parameter. */
export const CUSTOM_TOOL_PARAMETERS = {
  type: 'object',
  properties: { input: { type: 'string' } },
  required: ['input'],
  additionalProperties: false,
} as const;

export function customCallArguments(input: string): string {
  return JSON.stringify({ input });
}

/** The text in the arguments of a call; the raw arguments if the model did not follow the schema. */
export function customCallInput(args: string): string {
  try {
    const parsed: unknown = JSON.parse(args);
    if (isPlainObject(parsed) && 'input' in parsed && typeof parsed.input === 'string') return parsed.input;
  } catch {
    // Truncated, or not JSON.
  }
  return args;
}
