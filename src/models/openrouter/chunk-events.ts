import { ModelError } from '../model.errors.js';
import type { ChatEvent, DeltaExtras, ToolCallDelta, Usage } from '../model.types.js';
import { asRecord, isRecord } from './error-body.js';
import { upstreamError } from './upstream-error.js';
import type { WireChoice, WireChunk, WireDelta, WireUsage } from './wire.types.js';

/** JSON of one `data:`. Its parser's message would quote the text, so it is not kept as the cause. */
export function parseChunk(data: string): unknown {
  try {
    return JSON.parse(data) as unknown;
  } catch {
    throw new ModelError('upstream_bad_response');
  }
}

/**
 * Adds what a chunk of the stream says to `into`; nothing where it says nothing, as `choices: []` or an empty delta.
 * Throws a ModelError where the chunk carries one, or is no object at all; what came with it has been added by then.
 */
export function addChunkEvents(chunk: unknown, into: ChatEvent[]): void {
  if (!isRecord(chunk)) throw new ModelError('upstream_bad_response');
  const { choices, usage, error }: WireChunk = chunk;
  const choice = firstChoice(choices);
  const failed = Boolean(error) || Boolean(choice?.error) || choice?.finish_reason === 'error';
  if (choice !== undefined) addDelta(choice, into);
  if (choice !== undefined && !failed) addFinish(choice, into);
  if (isRecord(usage)) into.push({ type: 'usage', usage: readUsage(usage) });
  if (failed) throw upstreamError({ status: 200, body: chunk });
}

/**
 * The events of a complete answer, from an upstream that did not stream although it was asked to.
 * Throws `upstream_empty` where there is neither content nor a reason for its absence.
 */
export function completionEvents(body: unknown): ChatEvent[] {
  const events: ChatEvent[] = [];
  addChunkEvents(body, events);
  if (events.every(({ type }) => type === 'usage')) throw new ModelError('upstream_empty');
  return events;
}

/** Of several answers (`n` is always 1) only the first: mixed into one text they would be nonsense. */
function firstChoice(choices: unknown): WireChoice | undefined {
  if (!Array.isArray(choices)) return undefined;
  for (const choice of choices as unknown[])
    if (isRecord(choice) && (choice.index === undefined || choice.index === 0)) return choice;
  return undefined;
}

function addDelta(choice: WireChoice, into: ChatEvent[]): void {
  const delta: WireDelta = asRecord(choice.delta ?? choice.message);
  const text = readText(delta.content);
  const extras = readExtras(delta);
  const logprobs = choice.logprobs ?? undefined;
  // A literal for the usual delta, as there is one for every token: 0.2 → 0.1 µs, with the first look in readExtras.
  if (extras === undefined && logprobs === undefined) {
    if (text !== '') into.push({ type: 'delta', text });
    return;
  }
  into.push({
    type: 'delta',
    text,
    ...(extras !== undefined && { extras }),
    ...(logprobs !== undefined && { logprobs }),
  });
}

function addFinish(choice: WireChoice, into: ChatEvent[]): void {
  const reason = nonEmptyText(choice.finish_reason);
  if (reason === undefined) return;
  const nativeReason = nonEmptyText(choice.native_finish_reason);
  into.push({ type: 'finish', reason, ...(nativeReason !== undefined && { nativeReason }) });
}

function readText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return (content as unknown[])
    .map((part) => (typeof part === 'string' ? part : asRecord(part).text))
    .filter((text) => typeof text === 'string')
    .join('');
}

/** Undefined for the usual delta, which has none: it is read for every token. */
function readExtras(delta: WireDelta): DeltaExtras | undefined {
  const { tool_calls, refusal, reasoning, reasoning_details, images, annotations } = delta;
  if (!(tool_calls || refusal || reasoning || reasoning_details || images || annotations)) return undefined;
  let extras: { -readonly [Field in keyof DeltaExtras]: DeltaExtras[Field] } | undefined;
  const toolCalls = readToolCalls(delta.tool_calls);
  if (toolCalls !== undefined) (extras ??= {}).tool_calls = toolCalls;
  for (const field of ['refusal', 'reasoning'] as const) {
    const text = nonEmptyText(delta[field]);
    if (text !== undefined) (extras ??= {})[field] = text;
  }
  for (const field of ['reasoning_details', 'images', 'annotations'] as const) {
    const list = nonEmptyList(delta[field]);
    if (list !== undefined) (extras ??= {})[field] = list;
  }
  return extras;
}

/** Passed on as they are, save that a complete body numbers them only by their order. */
function readToolCalls(value: unknown): readonly ToolCallDelta[] | undefined {
  const calls = nonEmptyList(value)
    ?.filter(isRecord)
    .map((call, order): ToolCallDelta => ({
      ...call,
      index: typeof call.index === 'number' ? call.index : order,
    }));
  return calls?.length ? calls : undefined;
}

function readUsage(raw: Readonly<Record<string, unknown>>): Usage {
  const { prompt_tokens, completion_tokens, cost, cost_details }: WireUsage = raw;
  return {
    promptTokens: count(prompt_tokens),
    completionTokens: count(completion_tokens),
    // With a key of our own at the provider the charge is there and `cost` may be null.
    costUsd: amount(cost) ?? amount(asRecord(cost_details).upstream_inference_cost),
    raw,
  };
}

function count(value: unknown): number | null {
  return Number.isSafeInteger(value) ? amount(value) : null;
}

function amount(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}

function nonEmptyText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function nonEmptyList(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) && value.length > 0 ? (value as unknown[]) : undefined;
}
