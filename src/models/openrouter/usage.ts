import type { Usage } from '../model.types.js';
import { asRecord } from './json-values.js';
import type { WireUsage } from './wire.types.js';

export function readUsage(raw: Readonly<Record<string, unknown>>): Usage {
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
