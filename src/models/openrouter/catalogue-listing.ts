import { parsePrice, type PicoPerToken } from '../../common/money.js';
import { asRecord, type Json } from '../upstream/json-values.js';

/** The price of a call of a slug: pico-dollars per token and per request. */
export interface Price {
  readonly prompt: PicoPerToken;
  readonly completion: PicoPerToken;
  /** In pico-dollars per call. */
  readonly request: number;
}

/** OpenRouter's information about one slug. */
export interface Listing {
  /** Undefined if a price is missing, negative, or not a number. */
  readonly price: Price | undefined;
  /** Tokens of prompt and answer together. */
  readonly contextLength: number | null;
  /** Maximum number of tokens in an answer. */
  readonly maxOutput: number | null;
  /** ISO date of a retirement notice. */
  readonly retiresAt: string | null;
}

/** The information about a slug that OpenRouter does not list. */
export const UNLISTED: Listing = {
  price: undefined,
  contextLength: null,
  maxOutput: null,
  retiresAt: null,
};

/** The credit of our key. */
export interface Credit {
  /** US dollars left of the key's own limit; null if it has none. */
  readonly limitRemaining: number | null;
}

/** Whether the body of `GET /models` is the whole list, not one page of it. */
export function isWholeList(body: unknown): boolean {
  const { data, total_count: total, links } = asRecord(body);
  const count = Array.isArray(data) ? data.length : 0;
  return count > 0 && (typeof total !== 'number' || total <= count) && asRecord(links).next == null;
}

/** Parses the body of `GET /models`. Omits entries that it cannot read. Throws if it is no list of models at all. */
export function readListings(body: unknown): Map<string, Listing> {
  const models = asRecord(body).data;
  if (!Array.isArray(models)) throw new Error('GET /models returned no list');
  const listings = new Map<string, Listing>();
  for (const each of models.map(asRecord)) {
    if (typeof each.id !== 'string') continue;
    const listing = readListing(each);
    // Both names are in use; a model's listed name wins over another's canonical one.
    listings.set(each.id, listing);
    if (typeof each.canonical_slug === 'string' && !listings.has(each.canonical_slug))
      listings.set(each.canonical_slug, listing);
  }
  return listings;
}

/** Parses the body of `GET /key`. */
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

/** A fee per request is optional, but if given it must be readable. */
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
