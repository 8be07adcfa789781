import { rule } from '../../chat/dto/chat.validators.js';
import { Nested } from '../../common/http/to-dto.js';
import { isObject } from './completion.validators.js';
import {
  Optional,
  OptionalBoolean,
  OptionalInteger,
  OptionalNumber,
  OptionalObject,
  OptionalObjects,
  OptionalText,
} from '../../chat/dto/optional-fields.js';

/** Maximum length, in characters of JSON, of an object that only OpenRouter interprets. */
const MAX_CHARS = 16_384;
const MAX_NAMES = 16;

export class UsageOptionsDto {
  /** Send token counts and cost in the last chunk of a stream. */
  @OptionalBoolean()
  include?: boolean | null;
}

/** OpenRouter's fields beyond OpenAI's. Other providers are sent only those that they are known to accept. */
export class OpenRouterOptionsDto {
  /** Models that may answer if `model` cannot, in order, like `fallback`. Without `model` the first one is used. */
  @Optional(
    { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: MAX_NAMES },
    rule(
      'isModelNames',
      `must be an array of 1 to ${MAX_NAMES} model names: see GET /v1/models`,
      (names) => isListWithin(names, MAX_NAMES) && names.every((name) => typeof name === 'string'),
    ),
    rule(
      'notWithFallback',
      'cannot be given together with fallback',
      (_names, { fallback }: { fallback?: unknown }) => fallback == null,
    ),
  )
  models?: string[] | null;

  /** Which hosts of the model may answer: `order`, `only`, `sort`, `max_price`, … */
  @OptionalObject(MAX_CHARS)
  provider?: Record<string, unknown> | null;

  /** OpenRouter's plugins, such as `{"id": "web"}`. */
  @OptionalObjects(16, MAX_CHARS)
  plugins?: Record<string, unknown>[] | null;

  /** Sample only from this many of the most likely tokens. */
  @OptionalInteger(0, 1_000_000)
  top_k?: number | null;

  /** Minimum probability of a token, relative to the square of the most likely token's probability. */
  @OptionalNumber(0, 1)
  top_a?: number | null;

  /** Minimum probability of a token, relative to the most likely token. */
  @OptionalNumber(0, 1)
  min_p?: number | null;

  /** Penalty for repeated tokens: above 1 makes repetition less likely, below 1 more likely, 1 has no effect. */
  @OptionalNumber(0, 2)
  repetition_penalty?: number | null;

  /** How much reasoning the model may use. */
  @OptionalObject(MAX_CHARS)
  reasoning?: Record<string, unknown> | null;

  /** How long answers should be: `low`, `medium`, `high`. */
  @OptionalText(64)
  verbosity?: string | null;

  /** Up to 16 pairs: names of up to 64 characters, values of up to 512 characters. */
  @Optional(
    { type: 'object', additionalProperties: { type: 'string', maxLength: 512 }, maxProperties: 16 },
    rule('isMetadata', 'must be an object of at most 16 texts of at most 512 characters', isMetadata),
  )
  metadata?: Record<string, string> | null;

  /** Speed and price tier: `auto`, `default`, `flex`, `priority`. */
  @OptionalText(64)
  service_tier?: string | null;

  /** Requests with the same key share cached prompts at the provider. */
  @OptionalText()
  prompt_cache_key?: string | null;

  /** Predicted text that most of the answer is expected to repeat. */
  @OptionalObject(1024 * 1024)
  prediction?: Record<string, unknown> | null;

  /** The kinds of output that the answer may contain. */
  @Optional(
    { type: 'array', items: { type: 'string', enum: ['text', 'image'] }, minItems: 1, maxItems: 2 },
    rule(
      'isModalities',
      'must be an array of text and image: answers of other kinds are not supported here',
      (value) => isListWithin(value, 2) && value.every((kind) => kind === 'text' || kind === 'image'),
    ),
  )
  modalities?: string[] | null;

  /** Let the model search the web. */
  @OptionalObject(MAX_CHARS)
  web_search_options?: Record<string, unknown> | null;

  /** Options for images that the model generates. */
  @OptionalObject(MAX_CHARS)
  image_config?: Record<string, unknown> | null;

  /** Ask for prompt caching, for providers that cache only on request. */
  @OptionalObject(MAX_CHARS)
  cache_control?: Record<string, unknown> | null;

  /** Requests of one session are sent to the same host of the model. */
  @OptionalText(256)
  session_id?: string | null;

  /** OpenRouter's older way to request usage in a stream. */
  @Optional({ type: () => UsageOptionsDto }, Nested(() => UsageOptionsDto))
  usage?: UsageOptionsDto | null;
}

/** Fields that are sent to OpenRouter unchanged. */
export const FOR_OPENROUTER = (
  Object.keys(new OpenRouterOptionsDto()) as (keyof OpenRouterOptionsDto)[]
).filter((field) => field !== 'models' && field !== 'usage');

function isListWithin(value: unknown, maxItems: number): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0 && value.length <= maxItems;
}

function isMetadata(value: unknown): boolean {
  if (!isObject(value)) return false;
  const pairs = Object.entries(value);
  return (
    pairs.length <= 16 &&
    pairs.every(([name, text]) => name.length <= 64 && typeof text === 'string' && text.length <= 512)
  );
}
