import { createHash } from 'node:crypto';
import type { Message, ModelCall, ModelOptions, ToolCall } from '../model.types.js';
import { asRecord } from '../upstream/json-values.js';
import type { Dialect } from './dialect.js';

const SHORT_ID = /^[a-zA-Z\d]{9}$/;

/** A call as JSON, with only the fields that the API is known to accept. */
export function requestBody(call: ModelCall, dialect: Dialect): string {
  const { upstreamModel, messages, options, openRouterOptions } = call;
  return JSON.stringify({
    // Some accept fields that OpenAI does not have, such as `top_k`.
    ...optionsFor({ ...openRouterOptions, ...options }, dialect),
    model: upstreamModel,
    messages: messages.map((message) => messageFor(message, dialect)),
    stream: true,
    ...(dialect.takesStreamOptions && { stream_options: { include_usage: true } }),
  });
}

function optionsFor(options: ModelOptions, { options: taken, renamed, cap }: Dialect): ModelOptions {
  const { max_tokens, max_completion_tokens, reasoning, ...rest } = options;
  // OpenRouter has the effort within an object.
  const given: ModelOptions = { reasoning_effort: asRecord(reasoning).effort, ...rest };
  const body: Record<string, unknown> = { [cap]: max_completion_tokens ?? max_tokens ?? undefined };
  for (const [name, value] of Object.entries(given))
    if (taken.has(name) && value !== null) body[renamed[name] ?? name] = value;
  return body;
}

function messageFor(message: Message, dialect: Dialect): object {
  const { role, content, name, tool_calls: calls, tool_call_id: callId, refusal, reasoning } = message;
  const idFor = (id: string): string => (dialect.hasShortCallIds ? shortId(id) : id);
  return {
    role: role === 'developer' && !dialect.knowsDeveloper ? 'system' : role,
    content: contentFor(content ?? (calls ? null : (refusal ?? ''))),
    ...(dialect.takesNames && { name }),
    tool_calls: calls?.map((call) => callFor(call, idFor)),
    tool_call_id: callId === undefined ? undefined : idFor(callId),
    ...(dialect.wantsReasoning && calls && { reasoning_content: reasoning ?? '' }),
  };
}

/** Only OpenRouter and Anthropic know cache markers. */
function contentFor(content: Message['content']): unknown {
  if (typeof content === 'string' || !content) return content;
  return content.map(({ cache_control: _cacheControl, ...part }) => part);
}

function callFor(
  { id, type, function: { name, arguments: args } }: ToolCall,
  idFor: (id: string) => string,
): object {
  return { id: idFor(id), type, function: { name, arguments: args } };
}

/** Maps equal ids to equal ones, so that a call matches its result. */
function shortId(id: string): string {
  return SHORT_ID.test(id) ? id : createHash('sha256').update(id).digest('hex').slice(0, 9);
}
