import type { EmulatedModel } from '../state/catalogue.js';
import type { Answer } from './answers.js';
import { countTokens } from './tokens.js';

export interface TokenCounts {
  readonly prompt: number;
  readonly completion: number;
  readonly reasoning: number;
}

export type Usage = ReturnType<typeof priceUsage>;

/** OpenRouter's `usage` object, in USD. @param cost in place of what the prices say; null: left out */
export function priceUsage(model: EmulatedModel, tokens: TokenCounts, cost?: number | null) {
  const completion = tokens.completion + tokens.reasoning;
  const promptCost = roundCost(tokens.prompt * priceOf(model.promptPrice));
  const completionCost = roundCost(completion * priceOf(model.completionPrice));
  return {
    prompt_tokens: tokens.prompt,
    completion_tokens: completion,
    total_tokens: tokens.prompt + completion,
    ...(cost === null ? {} : { cost: cost ?? roundCost(promptCost + completionCost) }),
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

/** What an answer costs of which only so many pieces were made, reasoning first; undefined: all of it. */
export function partialUsage(model: EmulatedModel, answer: Answer, made: number | undefined, cost?: number) {
  const { reasoning: thoughts, pieces, usage } = answer;
  const thought = usage.completion_tokens_details.reasoning_tokens;
  const whole = {
    prompt: usage.prompt_tokens,
    completion: usage.completion_tokens - thought,
    reasoning: thought,
  };
  if (made === undefined) return priceUsage(model, whole, cost);
  const tokensOf = (list: readonly string[]) => list.reduce((sum, piece) => sum + countTokens(piece), 0);
  // Parts of tool calls are no pieces of the text; each counts as one token.
  const beyond = Math.max(made - thoughts.length - pieces.length, 0);
  const completion = tokensOf(pieces.slice(0, Math.max(made - thoughts.length, 0))) + beyond;
  return priceUsage(model, { ...whole, completion, reasoning: tokensOf(thoughts.slice(0, made)) }, cost);
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
