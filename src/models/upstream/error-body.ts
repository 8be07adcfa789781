import { asRecord, isRecord, nonEmptyText } from './json-values.js';
import { publicText } from './public-text.js';

/** The content of an error body in any format. Decisions use only known `words` and `status`. */
export interface ErrorBody {
  /** False for HTML, plain text or nothing: then the body comes from a proxy, not the API. */
  readonly fromApi: boolean;
  /** `error.code` or `error.http_status`, if it is an HTTP error status. */
  readonly status: number | undefined;
  /** Machine-readable codes, most specific first: availability code, error_type, code, provider_code, type. */
  readonly words: readonly string[];
  /** Messages in lower case, only for searching: an upstream may put anything there. */
  readonly text: string;
  /** The reason in the API's words, cleaned for clients. */
  readonly reason: string | undefined;
  /** The budget that a 402 concerns. */
  readonly limitSource: unknown;
  /** Are there fields of a moderation, such as reasons or flagged input? */
  readonly moderated: boolean;
  /** `availability.retry_after`, in milliseconds. */
  readonly retryAfterMs: number | undefined;
}

/** Number of characters of a message that are searched. */
const SEARCHED_CHARS = 4096;

/** Parses `{error: {…}}`, `{error: "…"}`, `{choices: [{error}]}`, `{message}`, JSON text, HTML, or nothing. */
export function readErrorBody(body: unknown): ErrorBody {
  const parsed = typeof body === 'string' ? parseOrKeep(body) : body;
  const error = findError(parsed);
  const metadata = asRecord(error.metadata);
  const availability = asRecord(error.availability);
  return {
    fromApi: isRecord(parsed),
    status: asErrorStatus(error.code) ?? asErrorStatus(error.http_status),
    words: [
      availability.code,
      metadata.error_type,
      error.error_type,
      error.code,
      metadata.provider_code,
      error.type,
    ].filter((word): word is string => typeof word === 'string'),
    text: [error.message, metadata.raw].map(searchable).join('\n'),
    reason: publicText(wordsOf(metadata.raw) ?? wordsOf(error)),
    limitSource: metadata.limit_source,
    moderated: Array.isArray(metadata.reasons) || metadata.flagged_input !== undefined,
    retryAfterMs: asDelay(availability.retry_after),
  };
}

function parseOrKeep(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}

/** The object that describes the error; plain text in its place becomes its message. */
function findError(body: unknown): Readonly<Record<string, unknown>> {
  const outer = asRecord(body);
  const choice = asRecord(Array.isArray(outer.choices) ? outer.choices[0] : undefined);
  const error = outer.error ?? choice.error ?? outer;
  return isRecord(error) ? error : { message: error };
}

/** Maximum depth of the search for a message: OpenRouter's error contains the provider's message as JSON in a field. */
const MAX_DEPTH = 6;

/** The message in any error: `{error: {message}}`, FastAPI's `{detail: [{loc, msg}]}`, JSON in a string. */
function wordsOf(value: unknown, depth = 0): string | undefined {
  if (depth > MAX_DEPTH) return undefined;
  if (typeof value === 'string') {
    const parsed = /^\s*[[{]/.test(value) ? parseOrKeep(value) : value;
    return typeof parsed === 'string' ? nonEmptyText(parsed) : wordsOf(parsed, depth + 1);
  }
  if (Array.isArray(value)) return firstOf(value.slice(0, 8), depth);
  const { error, message, detail, msg, loc } = asRecord(value);
  const words = firstOf([error, message, detail, msg], depth);
  return words !== undefined && Array.isArray(loc) ? `${loc.join('.')}: ${words}` : words;
}

function firstOf(values: readonly unknown[], depth: number): string | undefined {
  for (const value of values) {
    const words = value === undefined ? undefined : wordsOf(value, depth + 1);
    if (words !== undefined) return words;
  }
  return undefined;
}

/** A number, or a number in a string; both occur. */
function asErrorStatus(value: unknown): number | undefined {
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof status === 'number' && Number.isInteger(status) && status >= 400 && status < 600
    ? status
    : undefined;
}

function searchable(text: unknown): string {
  return typeof text === 'string' ? text.slice(0, SEARCHED_CHARS).toLowerCase() : '';
}

function asDelay(seconds: unknown): number | undefined {
  return typeof seconds === 'number' && seconds >= 0 && Number.isFinite(seconds) ? seconds * 1000 : undefined;
}
