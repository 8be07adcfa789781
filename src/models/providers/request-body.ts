import { createHash } from 'node:crypto';
import { CACHE_MARK, isMarked } from '../cache-mark.js';
import type { Message, ModelCall, ModelOptions, ToolCall } from '../model.types.js';
import { tokenLimitOf } from '../token-limit.js';
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

/** The options of a call that are not sent, because the API is not known to accept them. */
export function optionsLeftOut(
  { options, openRouterOptions }: Pick<ModelCall, 'options' | 'openRouterOptions'>,
  { options: taken }: Dialect,
): readonly string[] {
  const given = Object.entries(givenOptions({ ...openRouterOptions, ...options }).rest);
  return given.filter(([name, value]) => value != null && !taken.has(name)).map(([name]) => name);
}

function optionsFor(options: ModelOptions, { options: taken, renamed, cap }: Dialect): ModelOptions {
  const { most, rest } = givenOptions(options);
  const body: Record<string, unknown> = { [cap]: most };
  for (const [name, value] of Object.entries(rest))
    if (taken.has(name) && value !== null)
      body[renamed[name] ?? name] = name === 'tools' ? withoutMarks(value) : value;
  return body;
}

/** `most`: the token limit, under either of its names. */
function givenOptions(options: ModelOptions): { readonly most: unknown; readonly rest: ModelOptions } {
  const { max_tokens: _tokens, max_completion_tokens: _completion, reasoning, ...rest } = options;
  // OpenRouter has the effort within an object.
  const { effort } = asRecord(reasoning);
  return {
    most: tokenLimitOf(options),
    rest: effort === undefined ? { reasoning, ...rest } : { reasoning_effort: effort, ...rest },
  };
}

function messageFor(message: Message, dialect: Dialect): object {
  const { role, content, name, tool_calls: calls, tool_call_id: callId, refusal, reasoning } = message;
  const idFor = (id: string): string => (dialect.hasShortCallIds ? shortId(id) : id);
  return {
    role: role === 'developer' && !dialect.knowsDeveloper ? 'system' : role,
    content: contentFor(role, content ?? (calls ? null : (refusal ?? ''))),
    ...(dialect.takesNames && { name }),
    tool_calls: calls?.map((call) => callFor(call, idFor)),
    tool_call_id: callId === undefined ? undefined : idFor(callId),
    ...(dialect.wantsReasoning && calls && { reasoning_content: reasoning ?? '' }),
  };
}

/** Texts that are parts only to carry a cache mark become one string: some APIs accept parts from the user only. */
function contentFor(role: Message['role'], content: Message['content']): unknown {
  if (typeof content === 'string' || !content?.some(isMarked)) return content;
  const texts = content.map(({ type, text }) => (type === 'text' ? text : undefined));
  const isText = texts.every((text) => typeof text === 'string');
  if (isText && (role !== 'user' || texts.length === 1)) return texts.join(role === 'system' ? '\n\n' : '');
  return withoutMarks(content);
}

function withoutMarks(list: unknown): unknown {
  if (!Array.isArray(list) || !list.some(isMarked)) return list;
  return list.map((item: object) =>
    Object.fromEntries(Object.entries(item).filter(([name]) => name !== CACHE_MARK)),
  );
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
