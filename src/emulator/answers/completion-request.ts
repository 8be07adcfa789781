import { isObject } from '../fields.js';
import { Problem } from '../wire/problem.js';
import { countTokens } from './tokens.js';

export interface ToolDefinition {
  readonly name: string;
  readonly parameters: unknown;
}

/** The parts of a request body that change the emulator's answer. */
export interface CompletionRequest {
  /** `model`, then `models`: asked in this order. */
  readonly slugs: readonly string[];
  readonly stream: boolean;
  /** `stream_options.include_usage` */
  readonly includeUsage: boolean;
  /** Of all messages together. */
  readonly promptTokens: number;
  readonly lastUserText: string;
  /** The role of the last message: after a `tool` result the answer is a text again. */
  readonly lastRole: string;
  readonly maxTokens: number | undefined;
  readonly stop: readonly string[];
  readonly tools: readonly ToolDefinition[];
  readonly toolChoice: unknown;
  readonly parallelToolCalls: boolean;
  readonly responseFormat: unknown;
  /** Alternatives per token, or undefined when no logprobs were asked for. */
  readonly topLogprobs: number | undefined;
}

/** @throws Problem (400) for what OpenRouter's schema would refuse as well. */
export function readCompletionRequest(body: unknown): CompletionRequest {
  if (!isObject(body)) throw invalid('The body must be a JSON object');
  const messages = readMessages(body.messages);
  const slugs = textsIn([body.model, ...listOf(body.models)]);
  if (slugs.length === 0) throw invalid('No models provided');
  const maxTokens = body.max_completion_tokens ?? body.max_tokens ?? undefined;
  if (maxTokens !== undefined && !(typeof maxTokens === 'number' && maxTokens >= 1)) {
    throw invalid('max_tokens must be a positive number');
  }
  return {
    slugs: [...new Set(slugs)],
    stream: body.stream === true,
    includeUsage: isObject(body.stream_options) && body.stream_options.include_usage === true,
    promptTokens: messages.reduce((sum, message) => sum + countTokens(message.text), 0),
    lastUserText: messages.findLast((message) => message.role === 'user')?.text ?? '',
    lastRole: messages.at(-1)?.role ?? 'user',
    maxTokens,
    stop: textsIn(Array.isArray(body.stop) ? body.stop : [body.stop]),
    tools: listOf(body.tools).map(readTool),
    toolChoice: body.tool_choice,
    parallelToolCalls: body.parallel_tool_calls !== false,
    responseFormat: body.response_format,
    topLogprobs: body.logprobs === true ? Number(body.top_logprobs ?? 0) : undefined,
  };
}

function invalid(message: string): Problem {
  return new Problem(400, { message });
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function textsIn(list: readonly unknown[]): string[] {
  return list.filter((text): text is string => typeof text === 'string' && text !== '');
}

function readMessages(value: unknown): { role: string; text: string }[] {
  const messages = listOf(value);
  if (messages.length === 0) throw invalid('Input required: specify "prompt" or "messages"');
  return messages.map((message) => {
    if (!isObject(message) || typeof message.role !== 'string') throw invalid('Invalid message');
    const { role, content } = message;
    const parts = Array.isArray(content) ? listOf(content) : [{ text: content }];
    return { role, text: textsIn(parts.map((part) => (isObject(part) ? part.text : ''))).join('') };
  });
}

function readTool(tool: unknown): ToolDefinition {
  const definition = isObject(tool) ? tool.function : undefined;
  if (!isObject(definition) || typeof definition.name !== 'string') throw invalid('Invalid tool');
  return { name: definition.name, parameters: definition.parameters };
}
