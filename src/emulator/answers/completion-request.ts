import { anything, count, either, flag, having, listOf, positive, required, text, texts } from '../fields.js';
import { isObject, misfit, type Values } from '../fields.js';
import { Problem } from '../wire/problem.js';
import { countTokens } from './tokens.js';

const tool = having({ function: required(having({ name: required(text), parameters: anything })) });

/** The parts of a body that change the emulator's answer. */
const bodyFields = {
  model: text,
  models: texts,
  messages: listOf(having({ role: required(text), content: anything })),
  stream: flag,
  stream_options: having({ include_usage: flag }),
  max_tokens: positive,
  max_completion_tokens: positive,
  stop: either(text, texts),
  tools: listOf(tool),
  tool_choice: either(text, having({ function: having({ name: text }) })),
  parallel_tool_calls: flag,
  response_format: having({ type: required(text), json_schema: having({ schema: anything }) }),
  logprobs: flag,
  top_logprobs: count,
};

export interface CompletionRequest extends Values<typeof bodyFields> {
  /** `model`, then `models`: asked in this order. */
  readonly slugs: readonly string[];
  /** Of all messages together. */
  readonly promptTokens: number;
  readonly lastUserText: string;
}

/** @throws Problem (400) for what OpenRouter's schema would refuse as well */
export function readCompletionRequest(body: unknown): CompletionRequest {
  if (!isObject(body)) throw invalid('The body must be a JSON object');
  const wrong = misfit(body, bodyFields);
  if (wrong !== undefined) throw invalid(`Invalid value of ${wrong}`);
  const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
  const { model = '', models = [], messages = [], ...others } = given as Values<typeof bodyFields>;
  const slugs = [...new Set([model, ...models])].filter((slug) => slug !== '');
  if (slugs.length === 0) throw invalid('No models provided');
  if (messages.length === 0) throw invalid('Input required: specify "prompt" or "messages"');
  return {
    ...others,
    slugs,
    messages,
    promptTokens: messages.reduce((sum, { content }) => sum + countTokens(textOf(content)), 0),
    lastUserText: textOf(messages.findLast(({ role }) => role === 'user')?.content),
  };
}

function invalid(message: string): Problem {
  return new Problem(400, { message });
}

function textOf(content: unknown): string {
  if (!Array.isArray(content)) return typeof content === 'string' ? content : '';
  return content.map((part) => (isObject(part) ? textOf(part.text) : '')).join('');
}
