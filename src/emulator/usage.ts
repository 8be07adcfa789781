import type { EmulatedModel } from './registry.js';

export interface TokenCounts {
  readonly prompt: number;
  readonly completion: number;
  readonly reasoning: number;
}

export type Usage = ReturnType<typeof priceUsage>;

/** OpenRouter's `usage` object, priced in USD. */
export function priceUsage(model: EmulatedModel, tokens: TokenCounts) {
  const completion = tokens.completion + tokens.reasoning;
  const promptCost = roundCost(tokens.prompt * Number(model.promptPrice));
  const completionCost = roundCost(completion * Number(model.completionPrice));
  const cost = roundCost(promptCost + completionCost);
  return {
    prompt_tokens: tokens.prompt,
    completion_tokens: completion,
    total_tokens: tokens.prompt + completion,
    cost,
    is_byok: false,
    prompt_tokens_details: { cached_tokens: 0, cache_write_tokens: 0, audio_tokens: 0, video_tokens: 0 },
    cost_details: {
      upstream_inference_cost: null,
      upstream_inference_prompt_cost: promptCost,
      upstream_inference_completions_cost: completionCost,
    },
    completion_tokens_details: { reasoning_tokens: tokens.reasoning, audio_tokens: 0 },
  };
}

/** Takes the binary noise off a sum of decimal prices; twelve places are far below a tenth of a token. */
function roundCost(usd: number): number {
  return Number(usd.toFixed(12));
}
