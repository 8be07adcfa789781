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

/** Without these the answer would not be what was asked for; the first ones need what was said before. */
const UNSERVED = [
  'previous_response_id',
  'conversation',
  'background',
  'prompt',
  'context_management',
  'moderation',
];

export class ResponseTextOptionsDto {
  /** Plain text, JSON, or JSON of a schema: a `type` of `text`, `json_object` or `json_schema`. */
  @Optional(
    { type: 'object', additionalProperties: true },
    IsObject({ message: 'must be an object with a type, such as {"type": "json_object"}' }),
  )
  format?: Record<string, unknown> | null;

  /** How long answers should be: `low`, `medium`, `high`. */
  @OptionalText(64)
  verbosity?: string | null;
}

/** The fields of OpenAI's and OpenRouter's that are known here; others are ignored, and null counts as absent. */
@IgnoreUnknownFields(UNSERVED)
export class ResponseRequestDto extends OpenRouterOptionsDto {
  @ModelName('/v1/models')
  model?: string;

  @ApiProperty({
    description:
      'A text, or the conversation so far as items: messages, calls of functions and custom tools and their outputs, ' +
      'reasoning. What is not understood of an item is ignored.',
    oneOf: [
      { type: 'string', minLength: 1 },
      { type: 'array', minItems: 1, items: { type: 'object', additionalProperties: true } },
    ],
    example: 'Say hello in one short sentence.',
  })
  // What is in the list is for readInput to say, which names the place at fault.
  @rule(
    'isTextOrList',
    'must be a text that is not empty, or an array of items with at least one',
    (value) => (typeof value === 'string' || Array.isArray(value)) && value.length > 0,
  )
  input!: string | readonly unknown[];

  /** What the model is told before the conversation. */
  @Optional({ type: 'string' }, IsString({ message: 'must be a string' }))
  instructions?: string | null;

  /** Send the answer as events, as it is made. */
  @OptionalBoolean()
  stream?: boolean | null;

  /** The most tokens to answer with, reasoning included. Cut to what the service and the model allow. */
  @OptionalTokenCount()
  max_output_tokens?: number | null;

  /** Randomness, from 0 to 2. */
  @OptionalNumber(0, 2)
  temperature?: number | null;

  /** Nucleus sampling, from 0 to 1. */
  @OptionalNumber(0, 1)
  top_p?: number | null;

  /** Send the log probability of each token, and of so many others that could have stood in its place. */
  @OptionalInteger(0, 20)
  top_logprobs?: number | null;

  @Optional({ type: () => ResponseTextOptionsDto }, Nested(() => ResponseTextOptionsDto))
  text?: ResponseTextOptionsDto | null;

  /** Functions and custom tools that the model may call. */
  @OptionalTools()
  tools?: Record<string, unknown>[] | null;

  /** Whether to call a tool, and which. */
  @Optional({
    oneOf: [
      { type: 'string', enum: ['none', 'auto', 'required'] },
      { type: 'object', additionalProperties: true },
    ],
  })
  tool_choice?: string | Record<string, unknown> | null;

  @OptionalBoolean()
  parallel_tool_calls?: boolean | null;

  /** What to add to the answer: `message.output_text.logprobs`, `reasoning.encrypted_content`. Others have nothing to add. */
  @Optional(
    { type: 'array', items: { type: 'string' } },
    rule('isList', 'must be an array of strings', (value) => Array.isArray(value)),
  )
  include?: unknown[] | null;

  /** Your name for your own user; passed to the provider, and kept in the log. */
  @OptionalText()
  user?: string | null;

  /** The newer name of `user`. */
  @OptionalText()
  safety_identifier?: string | null;

  /** Nothing is left out of a conversation, whatever is said here: one that is too long is refused. */
  @Optional(
    { type: 'string', enum: ['auto', 'disabled'] },
    IsIn(['auto', 'disabled'], { message: 'must be auto or disabled' }),
  )
  truncation?: 'auto' | 'disabled' | null;

  /** Nothing is kept for OpenAI's routes to responses, whatever is said here. */
  @OptionalBoolean()
  store?: boolean | null;

  @OptionalFallback()
  fallback?: true | string[] | null;
}
