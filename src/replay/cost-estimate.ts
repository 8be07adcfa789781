import { promptTokens } from '../access/call-cost.js';
import type { ModelDto, PriceDto } from '../models/dto/model.dto.js';
import { loggedMessages } from './choose-rows.js';
import type { LoggedRow } from './logged-row.js';

const MILLION = 1e6;

/** In US dollars; undefined if unknown. */
export interface CostEstimate {
  /** If every answer has the maximum number of tokens and comes from the model's dearest slug. */
  readonly most: number | undefined;
  /** If each answer is as long as the logged one. */
  readonly likely: number | undefined;
}

/** The cost of sending these rows to a model, at the prices of `GET /models`. */
export function estimateCost(
  rows: readonly LoggedRow[],
  model: ModelDto | undefined,
  maxTokens: number | null,
): CostEstimate {
  // A slug that the catalogue no longer has does not answer, and has no price.
  const slugs = model?.upstream.filter(({ listed }) => listed !== false) ?? [];
  const inUse = slugs.find(({ upstream_model }) => upstream_model === model?.upstream_model) ?? slugs[0];
  return {
    most: sum(rows, (row) => highest(slugs.map((slug) => mostFor(row, slug, maxTokens)))),
    likely: sum(rows, (row) => inUse?.price && likelyFor(row, inUse.price)),
  };
}

function mostFor(
  row: LoggedRow,
  { price, context_length }: ModelDto['upstream'][number],
  maxTokens: number | null,
): number | undefined {
  const context = context_length ?? Infinity;
  const output = Math.min(maxTokens ?? Infinity, context);
  if (!price || output === Infinity) return undefined;
  return cost(price, Math.min(promptBound(row), context), output);
}

/** A row without token counts does not predict the length of the next answer. */
function likelyFor(row: LoggedRow, price: PriceDto): number | undefined {
  if (row.response_tokens === null) return undefined;
  return cost(price, row.prompt_tokens ?? promptBound(row), row.response_tokens);
}

function promptBound(row: LoggedRow): number {
  return promptTokens({ messages: loggedMessages(row) ?? [], options: {} });
}

function cost({ prompt, completion, request }: PriceDto, promptCount: number, outputCount: number): number {
  return (prompt * promptCount + completion * outputCount) / MILLION + request;
}

function highest(costs: readonly (number | undefined)[]): number | undefined {
  const known = costs.filter((one) => one !== undefined);
  return known.length > 0 && known.length === costs.length ? Math.max(...known) : undefined;
}

/** Undefined if any part is. */
function sum<T>(items: readonly T[], of: (item: T) => number | null | undefined): number | undefined {
  let total = 0;
  for (const item of items) {
    const part = of(item);
    if (part == null) return undefined;
    total += part;
  }
  return total;
}
