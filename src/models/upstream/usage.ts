import type { ChatEvent, Usage } from '../model.types.js';
import { asRecord, type Json } from './json-values.js';

/** Counts by the tokenizer of the model itself; `cost`, which only OpenRouter sends, in US dollars. */
export function readUsage(raw: Json): Usage {
  const { prompt_tokens, completion_tokens, cost, cost_details } = raw;
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

/** An id that can be asked for and logged as it is. */
const ID = /^[\x21-\x7e]{1,200}$/;

/** The upstream's id of a generation: in a header, or in the chunks. */
export class GenerationId {
  private known: boolean;

  /** `hasBills`: can a bill be asked for by it? Else nobody need know it. */
  constructor(hasBills = false) {
    this.known = !hasBills;
  }

  /** Tells of it once, if the value can be one. */
  note(value: unknown, into: ChatEvent[]): void {
    if (this.known || typeof value !== 'string' || !ID.test(value)) return;
    this.known = true;
    into.push({ type: 'generation', id: value });
  }
}
