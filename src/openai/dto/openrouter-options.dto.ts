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

/** Most characters of JSON in an object that is for OpenRouter to look into. */
const MAX_CHARS = 16_384;
const MAX_NAMES = 16;

export class UsageOptionsDto {
  /** Send the tokens and the cost in the last chunk of a stream. */
  @OptionalBoolean()
  include?: boolean | null;
}

/** What OpenRouter takes beside OpenAI's fields. Other providers get what they are known to take. */
export class OpenRouterOptionsDto {
  /** Models that may answer if `model` cannot, in order, as `fallback` has it. Without `model` the first is asked. */
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

  /** Which hosts of a model may answer: `order`, `only`, `sort`, `max_price`, … */
  @OptionalObject(MAX_CHARS)
  provider?: Record<string, unknown> | null;

  /** OpenRouter's plugins, such as `{"id": "web"}`. */
  @OptionalObjects(16, MAX_CHARS)
  plugins?: Record<string, unknown>[] | null;

  /** Only so many of the most likely tokens. */
  @OptionalInteger(0, 1_000_000)
  top_k?: number | null;

  /** Only tokens that are likely beside the most likely one, by the square of its probability. */
  @OptionalNumber(0, 1)
  top_a?: number | null;

  /** Only tokens that are likely beside the most likely one. */
  @OptionalNumber(0, 1)
  min_p?: number | null;

  /** Makes repetition less likely, or more: 1 changes nothing. */
  @OptionalNumber(0, 2)
  repetition_penalty?: number | null;

  /** How much a model that thinks may think. */
  @OptionalObject(MAX_CHARS)
  reasoning?: Record<string, unknown> | null;

  /** How long answers should be: `low`, `medium`, `high`. */
  @OptionalText(64)
  verbosity?: string | null;

  /** Up to 16 pairs: names of up to 64 characters, values of up to 512. */
  @Optional(
    { type: 'object', additionalProperties: { type: 'string', maxLength: 512 }, maxProperties: 16 },
    rule('isMetadata', 'must be an object of at most 16 texts of at most 512 characters', isMetadata),
  )
  metadata?: Record<string, string> | null;

  /** How fast, and how dear: `auto`, `default`, `flex`, `priority`. */
  @OptionalText(64)
  service_tier?: string | null;

  /** Requests of one key find each other's prompts in the provider's cache. */
  @OptionalText()
  prompt_cache_key?: string | null;

  /** Text that most of the answer will repeat. */
  @OptionalObject(1024 * 1024)
  prediction?: Record<string, unknown> | null;

  /** What the answer may be made of. */
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

  /** The form of images that the model makes. */
  @OptionalObject(MAX_CHARS)
  image_config?: Record<string, unknown> | null;

  /** Have the prompt cached by providers that want to be asked. */
  @OptionalObject(MAX_CHARS)
  cache_control?: Record<string, unknown> | null;

  /** Requests of one session go to the same host of a model. */
  @OptionalText(256)
  session_id?: string | null;

  /** OpenRouter's older way to ask for the usage of a stream. */
  @Optional({ type: () => UsageOptionsDto }, Nested(() => UsageOptionsDto))
  usage?: UsageOptionsDto | null;
}

/** Those that go to OpenRouter as they are. */
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
