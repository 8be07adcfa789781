import type { EmulatedModel } from '../state/catalogue.js';

type TokenCounts = Readonly<Record<'prompt' | 'completion' | 'reasoning', number>>;

export type Usage = ReturnType<typeof priceUsage>;

/** OpenRouter's `usage` object, in USD. @param cost in place of what the prices say; null: left out */
export function priceUsage(model: EmulatedModel, tokens: TokenCounts, cost?: number | null) {
  const { prompt, reasoning } = tokens;
  const completion = tokens.completion + reasoning;
  const promptCost = roundCost(prompt * priceOf(model.promptPrice));
  const completionCost = roundCost(completion * priceOf(model.completionPrice));
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    ...(cost === null ? {} : { cost: cost ?? roundCost(promptCost + completionCost) }),
    is_byok: false,
    prompt_tokens_details: { cached_tokens: 0, cache_write_tokens: 0, audio_tokens: 0, video_tokens: 0 },
    cost_details: {
      upstream_inference_cost: null,
      upstream_inference_prompt_cost: promptCost,
      upstream_inference_completions_cost: completionCost,
    },
    completion_tokens_details: { reasoning_tokens: reasoning, audio_tokens: 0 },
  };
}

/** What an answer costs of which only so many tokens were made, reasoning first; undefined: all of it. */
export function partialUsage(model: EmulatedModel, usage: Usage, made: number | undefined, cost?: number) {
  const all = made ?? usage.completion_tokens;
  const reasoning = Math.min(usage.completion_tokens_details.reasoning_tokens, all);
  return priceUsage(model, { prompt: usage.prompt_tokens, completion: all - reasoning, reasoning }, cost);
}

/** The part of it that plain providers send. */
export function plainUsage({ prompt_tokens, completion_tokens, total_tokens }: Usage) {
  return { prompt_tokens, completion_tokens, total_tokens };
}

/** OpenRouter lists -1 where the price depends on what it routes to; nothing is billed for it here. */
function priceOf(price: string | null): number {
  return Math.max(Number(price ?? 0), 0);
}

/** Takes the binary noise off a sum of decimal prices; twelve places are far below a tenth of a token. */
function roundCost(usd: number): number {
  return Number(usd.toFixed(12));
}
