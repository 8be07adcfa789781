import { parsePrice, priceOf, toDollars } from '../common/money.js';
import type { ChatEventBatch, Usage } from './model.types.js';
import type { Price } from './openrouter/catalogue-listing.js';

/** Parses `0.035/0.138`: US dollars per million tokens of prompt and answer. Undefined for anything else. */
export function statedPrice(text: string): Price | undefined {
  const [prompt, completion, more] = text.split('/').map((part) => parsePrice(`${part.trim()}e-6`));
  if (prompt === undefined || completion === undefined || more !== undefined) return undefined;
  return { prompt, completion, request: 0 };
}

/** The same events, with the cost of the tokens at this price if the upstream did not report it. */
export function withCost(batch: ChatEventBatch, price: Price): ChatEventBatch {
  return batch.map((event) =>
    event.type === 'usage' ? { ...event, usage: priced(event.usage, price) } : event,
  );
}

function priced(usage: Usage, { prompt, completion }: Price): Usage {
  const { promptTokens, completionTokens, costUsd } = usage;
  if (costUsd !== null || promptTokens === null || completionTokens === null) return usage;
  const cost = priceOf(promptTokens, prompt) + priceOf(completionTokens, completion);
  return { ...usage, costUsd: Number.isFinite(cost) ? toDollars(cost) : null };
}
