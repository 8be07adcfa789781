import { isPlainObject } from '../../common/http/to-dto.js';

/** A custom tool takes a text and no JSON. A chat completion knows functions only: this is the one with that text. */
export const CUSTOM_TOOL_PARAMETERS = {
  type: 'object',
  properties: { input: { type: 'string' } },
  required: ['input'],
  additionalProperties: false,
} as const;

export function customCallArguments(input: string): string {
  return JSON.stringify({ input });
}

/** The text in the arguments of a call; the arguments themselves where the model did not keep to the form. */
export function customCallInput(args: string): string {
  try {
    const parsed: unknown = JSON.parse(args);
    if (isPlainObject(parsed) && 'input' in parsed && typeof parsed.input === 'string') return parsed.input;
  } catch {
    // Cut off, or no JSON at all.
  }
  return args;
}
