import type { ChatEvent, Usage } from '../model.types.js';
import { asRecord, type Json } from './json-values.js';

/** Counts by the model's own tokenizer; `cost`, which only OpenRouter sends, in US dollars. */
export function readUsage(raw: Json): Usage {
  const { prompt_tokens, completion_tokens, cost, cost_details } = raw;
  return {
    promptTokens: count(prompt_tokens),
    completionTokens: count(completion_tokens),
    // With our own key at the provider, the charge is here and `cost` may be null.
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

/** An id that is safe to use in a URL and in the log. */
const ID = /^[\x21-\x7e]{1,200}$/;

/** The upstream's id of a generation: from a header or from the chunks. */
export class GenerationId {
  private known: boolean;

  /** `hasBills`: can a bill be requested by it? If not, it is not reported. */
  constructor(hasBills = false) {
    this.known = !hasBills;
  }

  /** Reports the id once, if the value is valid. */
  note(value: unknown, into: ChatEvent[]): void {
    if (this.known || typeof value !== 'string' || !ID.test(value)) return;
    this.known = true;
    into.push({ type: 'generation', id: value });
  }
}
