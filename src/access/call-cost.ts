import { priceOf, type Nano } from '../common/money.js';
import type { ChatRequest, ModelOptions } from '../models/model.types.js';
import type { Listing } from '../models/openrouter/catalogue-listing.js';

/** On the whole no tokenizer makes more than one token per two bytes of text; most make half as many. */
const BYTES_PER_TOKEN = 2;
const PICO_PER_NANO = 1000;

type Asked = Pick<ChatRequest, 'messages' | 'options' | 'openRouterOptions'>;

/** An upper estimate of the tokens that a chat sends: all its messages, tools and other options. */
export function promptTokens({ messages, options, openRouterOptions = {} }: Asked): number {
  const bytes = Buffer.byteLength(JSON.stringify([messages, options, openRouterOptions]));
  return Math.ceil(bytes / BYTES_PER_TOKEN);
}

/** The client's limit on answer tokens, under either name; undefined if it set none. */
export function outputCap({
  max_tokens: tokens,
  max_completion_tokens: completion,
}: ModelOptions): number | undefined {
  const caps = [tokens, completion].filter((cap) => typeof cap === 'number');
  return caps.length > 0 ? Math.max(...caps) : undefined;
}

/** Sends the limit upstream too, under the client's name for it. */
export function withOutputCap(options: ModelOptions, cap: number): ModelOptions {
  return outputCap(options) === undefined ? { ...options, max_tokens: cap } : options;
}

/** The maximum cost of a call; undefined if the price is unknown. */
export function callCost(listing: Listing | undefined, prompt: number, cap: number): Nano | undefined {
  if (!listing?.price) return undefined;
  const { prompt: perPrompt, completion: perCompletion, request } = listing.price;
  const output = Math.min(cap, listing.maxOutput ?? cap);
  return priceOf(prompt, perPrompt) + priceOf(output, perCompletion) + Math.ceil(request / PICO_PER_NANO);
}
