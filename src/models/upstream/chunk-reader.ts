import { ModelError } from '../model.errors.js';
import type { ChatEvent, DeltaExtras } from '../model.types.js';
import { asRecord, isRecord, nonEmptyList, nonEmptyText, saysNothing, type Json } from './json-values.js';
import { TextPieces } from './text-pieces.js';
import { ToolCallPieces } from './tool-call-pieces.js';
import { upstreamError } from './upstream-error.js';
import { readUsage } from './usage.js';

/** Reasons that are no end of an answer, and what they mean as a status: DeepSeek had no room, vLLM gave it up. */
const FAILED: ReadonlyMap<unknown, number> = new Map([
  ['error', 200],
  ['insufficient_system_resource', 503],
  ['abort', 503],
]);

/** Names of their own for OpenAI's reasons: Together, Mistral. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['eos', 'stop'],
  ['model_length', 'length'],
]);

/** What describes a detail of the reasoning, but is no part of it. */
const DETAIL_LABELS: ReadonlySet<string> = new Set(['type', 'format', 'index', 'id']);

/** Reads the chunks of one answer, stream or not. */
export class ChunkReader {
  private readonly text = new TextPieces();
  private readonly reasoning = new TextPieces();
  private readonly refusal = new TextPieces();
  private readonly toolCalls = new ToolCallPieces();
  private finished = false;

  /**
   * Adds what a chunk says to `into`; nothing where it says nothing, as `choices: []` or an empty delta.
   * Throws a ModelError where the chunk carries one, or is no object at all; what came with it has been added by then.
   */
  read(chunk: unknown, into: ChatEvent[]): void {
    if (!isRecord(chunk)) throw new ModelError('upstream_bad_response');
    const choice = firstChoice(chunk.choices);
    // Mistral and older vLLM have the error in the place of the chunk, Groq the counts in a field of its own.
    const isError = Boolean(chunk.error) || Boolean(choice?.error) || chunk.object === 'error';
    const failed = isError ? 200 : FAILED.get(choice?.finish_reason);
    const usage = chunk.usage ?? asRecord(chunk.x_groq).usage;
    if (choice !== undefined) this.readDelta(choice, into);
    if (choice !== undefined && failed === undefined) this.readFinish(choice, into);
    if (isRecord(usage)) into.push({ type: 'usage', usage: readUsage(usage) });
    if (failed !== undefined) throw upstreamError({ status: failed, body: chunk });
  }

  private readDelta(choice: Json, into: ChatEvent[]): void {
    const delta = asRecord(choice.delta ?? choice.message);
    const text = this.text.take(contentText(delta.content));
    const extras = this.readExtras(delta);
    // Providers that know logprobs send empty ones beside the role: no token has come with those.
    const logprobs = saysNothing(choice.logprobs) ? undefined : choice.logprobs;
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

  /** Some say it again in the chunk of the counts. */
  private readFinish(choice: Json, into: ChatEvent[]): void {
    const reason = nonEmptyText(choice.finish_reason);
    if (reason === undefined || this.finished) return;
    this.finished = true;
    const rest = this.text.end();
    if (rest !== '') into.push({ type: 'delta', text: rest });
    const known = REASONS.get(reason);
    const nativeReason = nonEmptyText(choice.native_finish_reason) ?? (known && reason);
    into.push({
      type: 'finish',
      reason: known ?? reason,
      ...(nativeReason !== undefined && { nativeReason }),
    });
  }

  /** Undefined for the usual delta, which has none: it is read for every token. */
  private readExtras(delta: Json): DeltaExtras | undefined {
    const { tool_calls, refusal, reasoning_details, images, annotations } = delta;
    const reasoning = reasoningText(delta);
    if (!(tool_calls || refusal || reasoning || reasoning_details || images || annotations)) return undefined;
    const details = nonEmptyList(reasoning_details);
    const extras = {
      tool_calls: this.toolCalls.read(tool_calls),
      refusal: nonEmptyText(this.refusal.take(textOf(refusal))),
      reasoning: nonEmptyText(this.reasoning.take(reasoning)),
      reasoning_details: details?.every(isEmptyDetail) ? undefined : details,
      images: nonEmptyList(images),
      annotations: nonEmptyList(annotations),
    };
    const said = Object.entries(extras).filter(([, value]) => value !== undefined);
    return said.length > 0 ? Object.fromEntries(said) : undefined;
  }
}

/**
 * The events of a complete answer, from an upstream that did not stream although it was asked to.
 * Throws `upstream_empty` where there is neither content nor a reason for its absence.
 */
export function completionEvents(body: unknown): ChatEvent[] {
  const events: ChatEvent[] = [];
  new ChunkReader().read(body, events);
  if (events.every(({ type }) => type === 'usage')) throw new ModelError('upstream_empty');
  return events;
}

/** Of several answers (`n` is always 1) only the first: mixed into one text they would be nonsense. */
function firstChoice(choices: unknown): Json | undefined {
  if (!Array.isArray(choices)) return undefined;
  for (const choice of choices as unknown[])
    if (isRecord(choice) && (choice.index === undefined || choice.index === 0)) return choice;
  return undefined;
}

function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return (content as unknown[])
    .map((part) => (typeof part === 'string' ? part : asRecord(part).text))
    .filter((text) => typeof text === 'string')
    .join('');
}

/** OpenRouter, Groq, Ollama and vLLM; DeepSeek and older vLLM; Mistral, within the content. */
function reasoningText({ reasoning, reasoning_content, content }: Json): string {
  const text = textOf(reasoning) || textOf(reasoning_content);
  if (text !== '' || !Array.isArray(content)) return text;
  return (content as unknown[]).map((part) => contentText(asRecord(part).thinking)).join('');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The first chunk of some models opens a detail with an empty text. */
function isEmptyDetail(detail: unknown): boolean {
  const values = Object.entries(asRecord(detail)).filter(([field]) => !DETAIL_LABELS.has(field));
  return values.length > 0 && values.every(([, value]) => saysNothing(value));
}
