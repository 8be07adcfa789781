import { isPlainObject } from '../../common/http/to-dto.js';
import { parseJson } from '../../common/http/read-json.js';
import { Problem } from '../../common/problem.js';

/** Distinguishes our content from that of another service that the client used before. */
const MARK = 'parley1.';

/**
 * OpenRouter's `reasoning_details` as the `encrypted_content` of a reasoning item: a client that keeps the conversation
 * itself sends it back unchanged, and the model continues its reasoning.
 */
export function encryptedContent(details: readonly unknown[]): string {
  return MARK + Buffer.from(JSON.stringify(details)).toString('base64url');
}

/** The details in an `encrypted_content` made here; empty for any other value. */
export function reasoningDetailsIn(content: unknown): readonly unknown[] {
  if (typeof content !== 'string' || !content.startsWith(MARK)) return [];
  const parsed = parseJson(Buffer.from(content.slice(MARK.length), 'base64url'));
  if (parsed instanceof Problem || !Array.isArray(parsed.value)) return [];
  return parsed.value.every(isPlainObject) ? parsed.value : [];
}
