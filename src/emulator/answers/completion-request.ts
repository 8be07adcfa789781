import { isObject, type JsonObject } from '../fields.js';
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
  const messages = readMessages(body);
  const last = messages[messages.length - 1];
  return {
    slugs: readSlugs(body),
    stream: body.stream === true,
    includeUsage: isObject(body.stream_options) && body.stream_options.include_usage === true,
    promptTokens: messages.reduce((sum, message) => sum + countTokens(message.text), 0),
    lastUserText: messages.findLast((message) => message.role === 'user')?.text ?? '',
    lastRole: last?.role ?? 'user',
    maxTokens: readMaxTokens(body),
    stop: readStop(body.stop),
    tools: readTools(body.tools),
    toolChoice: body.tool_choice,
    parallelToolCalls: body.parallel_tool_calls !== false,
    responseFormat: body.response_format,
    topLogprobs: body.logprobs === true ? Number(body.top_logprobs ?? 0) : undefined,
  };
}

function invalid(message: string): Problem {
  return new Problem(400, { message });
}

function readSlugs(body: JsonObject): string[] {
  const fallbacks = Array.isArray(body.models) ? (body.models as unknown[]) : [];
  const slugs = [body.model, ...fallbacks].filter((slug) => typeof slug === 'string' && slug !== '');
  if (slugs.length === 0) throw invalid('No models provided');
  return [...new Set(slugs as string[])];
}

function readMessages({ messages }: JsonObject): { role: string; text: string }[] {
  if (!Array.isArray(messages) || messages.length === 0) {
    throw invalid('Input required: specify "prompt" or "messages"');
  }
  return messages.map((message: unknown) => {
    if (!isObject(message) || typeof message.role !== 'string') throw invalid('Invalid message');
    const { role, content } = message;
    const parts: unknown[] = Array.isArray(content) ? content : [{ text: content }];
    const texts = parts.map((part) => (isObject(part) && typeof part.text === 'string' ? part.text : ''));
    return { role, text: texts.join('') };
  });
}

function readMaxTokens(body: JsonObject): number | undefined {
  const value = body.max_completion_tokens ?? body.max_tokens;
  if (value == null) return undefined;
  if (typeof value !== 'number' || value < 1) throw invalid('max_tokens must be a positive number');
  return value;
}

function readStop(stop: unknown): string[] {
  const list: unknown[] = Array.isArray(stop) ? stop : [stop];
  return list.filter((text): text is string => typeof text === 'string' && text !== '');
}

function readTools(tools: unknown): ToolDefinition[] {
  if (!Array.isArray(tools)) return [];
  return tools.flatMap((tool: unknown) => {
    const definition = isObject(tool) ? tool.function : undefined;
    if (!isObject(definition) || typeof definition.name !== 'string') throw invalid('Invalid tool');
    return [{ name: definition.name, parameters: definition.parameters }];
  });
}
