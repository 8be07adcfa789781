import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsObject, IsString } from 'class-validator';
import { rule } from '../../../chat/dto/chat.validators.js';
import { IgnoreUnknownFields } from '../../../common/http/body-validation.pipe.js';
import { Nested } from '../../../common/http/to-dto.js';
import { OptionalTokenCount, OptionalTools } from '../../dto/completion-fields.js';
import { OpenRouterOptionsDto } from '../../dto/openrouter-options.dto.js';
import {
  ModelName,
  Optional,
  OptionalBoolean,
  OptionalFallback,
  OptionalInteger,
  OptionalNumber,
  OptionalText,
} from '../../../chat/dto/optional-fields.js';

/** Ignoring these would change the meaning of the answer; the first ones need stored state. */
const UNSERVED = [
  'previous_response_id',
  'conversation',
  'background',
  'prompt',
  'context_management',
  'moderation',
];

export class ResponseTextOptionsDto {
  /** Plain text, JSON, or JSON that follows a schema: a `type` of `text`, `json_object` or `json_schema`. */
  @Optional(
    { type: 'object', additionalProperties: true },
    IsObject({ message: 'must be an object with a type, such as {"type": "json_object"}' }),
  )
  format?: Record<string, unknown> | null;

  /** How long answers should be: `low`, `medium`, `high`. */
  @OptionalText(64)
  verbosity?: string | null;
}

/** The supported fields of OpenAI and OpenRouter; others are ignored, and null counts as absent. */
@IgnoreUnknownFields(UNSERVED)
export class ResponseRequestDto extends OpenRouterOptionsDto {
  @ModelName('/v1/models')
  model?: string;

  @ApiProperty({
    description:
      'A text, or the conversation so far as items: messages, calls of functions and custom tools and their outputs, ' +
      'reasoning. Unknown fields of an item are ignored.',
    oneOf: [
      { type: 'string', minLength: 1 },
      { type: 'array', minItems: 1, items: { type: 'object', additionalProperties: true } },
    ],
    example: 'Say hello in one short sentence.',
  })
  // readInput validates the items, because it can name the invalid one.
  @rule(
    'isTextOrList',
    'must be a text that is not empty, or an array of items with at least one',
    (value) => (typeof value === 'string' || Array.isArray(value)) && value.length > 0,
  )
  input!: string | readonly unknown[];

  /** Instructions for the model, placed before the conversation. */
  @Optional({ type: 'string' }, IsString({ message: 'must be a string' }))
  instructions?: string | null;

  /** Send the answer as events while it is generated. */
  @OptionalBoolean()
  stream?: boolean | null;

  /** Maximum number of tokens in the answer, including reasoning. Reduced to the service's and the model's limits. */
  @OptionalTokenCount()
  max_output_tokens?: number | null;

  /** Randomness, from 0 to 2. */
  @OptionalNumber(0, 2)
  temperature?: number | null;

  /** Nucleus sampling, from 0 to 1. */
  @OptionalNumber(0, 1)
  top_p?: number | null;

  /** Return the log probability of each token and of this many of its most likely alternatives. */
  @OptionalInteger(0, 20)
  top_logprobs?: number | null;

  @Optional({ type: () => ResponseTextOptionsDto }, Nested(() => ResponseTextOptionsDto))
  text?: ResponseTextOptionsDto | null;

  /** Functions and custom tools that the model may call. */
  @OptionalTools()
  tools?: Record<string, unknown>[] | null;

  /** Whether the model calls a tool, and which one. */
  @Optional({
    oneOf: [
      { type: 'string', enum: ['none', 'auto', 'required'] },
      { type: 'object', additionalProperties: true },
    ],
  })
  tool_choice?: string | Record<string, unknown> | null;

  @OptionalBoolean()
  parallel_tool_calls?: boolean | null;

  /** Extra output: `message.output_text.logprobs`, `reasoning.encrypted_content`. Others have no effect. */
  @Optional(
    { type: 'array', items: { type: 'string' } },
    rule('isList', 'must be an array of strings', (value) => Array.isArray(value)),
  )
  include?: unknown[] | null;

  /** Your own identifier for the end user; passed to the provider and kept in the log. */
  @OptionalText()
  user?: string | null;

  /** The newer name of `user`. */
  @OptionalText()
  safety_identifier?: string | null;

  /** Has no effect: a conversation is never truncated; one that is too long is refused. */
  @Optional(
    { type: 'string', enum: ['auto', 'disabled'] },
    IsIn(['auto', 'disabled'], { message: 'must be auto or disabled' }),
  )
  truncation?: 'auto' | 'disabled' | null;

  /** Has no effect: responses are not stored for later retrieval. */
  @OptionalBoolean()
  store?: boolean | null;

  @OptionalFallback()
  fallback?: true | string[] | null;
}
