import { parsePrice, type PicoPerToken } from '../../common/money.js';
import { asRecord, type Json } from '../upstream/json-values.js';

/** What a call of a slug costs: pico-dollars a token, and for each request. */
export interface Price {
  readonly prompt: PicoPerToken;
  readonly completion: PicoPerToken;
  /** In pico-dollars, whatever the call. */
  readonly request: number;
}

/** What OpenRouter says of one slug. */
export interface Listing {
  /** Undefined where it cannot be priced: a price is missing, negative, or not a number. */
  readonly price: Price | undefined;
  /** Tokens of prompt and answer together. */
  readonly contextLength: number | null;
  /** Tokens of the longest answer. */
  readonly maxOutput: number | null;
  /** ISO date of a retirement notice. */
  readonly retiresAt: string | null;
}

/** What is known of a slug that OpenRouter does not list. */
export const UNLISTED: Listing = {
  price: undefined,
  contextLength: null,
  maxOutput: null,
  retiresAt: null,
};

/** How the account of our key stands. */
export interface Credit {
  /** US dollars that are left of the key's own limit; null: it has none. */
  readonly limitRemaining: number | null;
}

/** Is the body of `GET /models` all of the list, and not a page of it? */
export function isWholeList(body: unknown): boolean {
  const { data, total_count: total, links } = asRecord(body);
  const count = Array.isArray(data) ? data.length : 0;
  return count > 0 && (typeof total !== 'number' || total <= count) && asRecord(links).next == null;
}

/** The body of `GET /models`. What is not understood is left out. Throws if it is no list of models at all. */
export function readListings(body: unknown): Map<string, Listing> {
  const models = asRecord(body).data;
  if (!Array.isArray(models)) throw new Error('GET /models answered no list');
  const listings = new Map<string, Listing>();
  for (const each of models.map(asRecord)) {
    if (typeof each.id !== 'string') continue;
    const listing = readListing(each);
    // Both names are asked for; the one that a model is listed under wins over another's canonical one.
    listings.set(each.id, listing);
    if (typeof each.canonical_slug === 'string' && !listings.has(each.canonical_slug))
      listings.set(each.canonical_slug, listing);
  }
  return listings;
}

/** The body of `GET /key`. */
export function readCredit(body: unknown): Credit {
  const { limit_remaining: remaining } = asRecord(asRecord(body).data);
  return { limitRemaining: typeof remaining === 'number' && Number.isFinite(remaining) ? remaining : null };
}

function readListing(model: Json): Listing {
  const top = asRecord(model.top_provider);
  return {
    price: readPrice(asRecord(model.pricing)),
    contextLength: count(model.context_length) ?? count(top.context_length) ?? null,
    maxOutput: count(top.max_completion_tokens) ?? null,
    retiresAt: typeof model.expiration_date === 'string' ? model.expiration_date : null,
  };
}

/** A fee for each request is optional, but one that is there has to be understood. */
function readPrice({ prompt, completion, request = '0' }: Json): Price | undefined {
  const price = {
    prompt: parsePrice(prompt),
    completion: parsePrice(completion),
    request: parsePrice(request),
  };
  return Object.values(price).includes(undefined) ? undefined : (price as Price);
}

function count(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : undefined;
}
