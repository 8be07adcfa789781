import { parsePrice, priceOf, toDollars } from '../common/money.js';
import type { ChatEventBatch, Usage } from './model.types.js';
import type { Price } from './openrouter/catalogue-listing.js';

/** `0.035/0.138`: US dollars for a million tokens of prompt and answer. Undefined for anything else. */
export function statedPrice(text: string): Price | undefined {
  const [prompt, completion, more] = text.split('/').map((part) => parsePrice(`${part.trim()}e-6`));
  if (prompt === undefined || completion === undefined || more !== undefined) return undefined;
  return { prompt, completion, request: 0 };
}

/** The same events, with what the tokens cost by this price where the upstream did not say it. */
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
