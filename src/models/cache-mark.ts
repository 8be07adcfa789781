import { asRecord } from './upstream/json-values.js';

/** The field of a text or tool that marks it for caching. Only Anthropic and OpenRouter know it. */
export const CACHE_MARK = 'cache_control';

export function isMarked(item: unknown): boolean {
  return asRecord(item)[CACHE_MARK] !== undefined;
}
