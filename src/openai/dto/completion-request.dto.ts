import { ArrayMinSize } from 'class-validator';
import { IsMessageList, MESSAGES } from '../../chat/dto/chat.validators.js';
import { IgnoreUnknownFields } from '../../common/http/body-validation.pipe.js';
import { Nested, NestedList } from '../../common/http/to-dto.js';
import { CompletionMessageDto } from './completion-message.dto.js';
import {
  OptionalLogitBias,
  OptionalOne,
  OptionalStop,
  OptionalTokenCount,
  OptionalTools,
} from './completion-fields.js';
import { IsResponseFormat, IsToolChoice } from './completion.validators.js';
import { FunctionFieldsDto } from './function-fields.dto.js';
import {
  ModelName,
  Optional,
  OptionalBoolean,
  OptionalFallback,
  OptionalInteger,
  OptionalNumber,
  OptionalText,
} from '../../chat/dto/optional-fields.js';

/** Agents have long conversations; validating this many messages takes about 20 ms. */
const MAX_MESSAGES = 2048;
const MAX_INTEGER = Number.MAX_SAFE_INTEGER;

/** Fields of other servers; ignoring them would change the meaning of the answer. */
const UNSERVED = [
  'audio',
  'preset',
  'echo',
  'grammar',
  'guided_choice',
  'guided_grammar',
  'guided_json',
  'guided_regex',
  'structured_outputs',
];

export class StreamOptionsDto {
  /** Send a last chunk with token counts; `false` omits it. */
  @OptionalBoolean()
  include_usage?: boolean | null;
}

/** The supported fields of OpenAI and OpenRouter; others are ignored, and null counts as absent. */
@IgnoreUnknownFields(UNSERVED)
export class CompletionRequestDto extends FunctionFieldsDto {
  @ModelName('/v1/models')
  model?: string;

  /** The conversation so far. */
  @NestedList(() => CompletionMessageDto, MAX_MESSAGES, MESSAGES)
  @ArrayMinSize(1, { message: 'must have at least one message' })
  @IsMessageList()
  messages!: CompletionMessageDto[];

  /** Send the answer as chunks, as server-sent events. */
  @OptionalBoolean()
  stream?: boolean | null;

  @Optional({ type: () => StreamOptionsDto }, Nested(() => StreamOptionsDto))
  stream_options?: StreamOptionsDto | null;

  /** Randomness, from 0 to 2. */
  @OptionalNumber(0, 2)
  temperature?: number | null;

  /** Nucleus sampling, from 0 to 1. */
  @OptionalNumber(0, 1)
  top_p?: number | null;

  /** Maximum number of tokens in the answer; the older name. Reduced to the limits of the service and the model. */
  @OptionalTokenCount()
  max_tokens?: number | null;

  /** Maximum number of tokens in the answer, including reasoning. Reduced to the service's and the model's limits. */
  @OptionalTokenCount()
  max_completion_tokens?: number | null;

  /** A text, or up to four texts, at which the answer ends. */
  @OptionalStop()
  stop?: string | string[] | null;

  /** Requests the same answer to the same request, if the model supports it. */
  @OptionalInteger(-MAX_INTEGER, MAX_INTEGER)
  seed?: number | null;

  /** Penalty for tokens that have already appeared. */
  @OptionalNumber(-2, 2)
  presence_penalty?: number | null;

  /** Penalty for tokens in proportion to how often they have appeared. */
  @OptionalNumber(-2, 2)
  frequency_penalty?: number | null;

  /** Makes tokens more or less likely, by token id. */
  @OptionalLogitBias()
  logit_bias?: Record<string, number> | null;

  /** Return the log probability of each token. */
  @OptionalBoolean()
  logprobs?: boolean | null;

  /** For each token, also return this many of its most likely alternatives. */
  @OptionalInteger(0, 20)
  top_logprobs?: number | null;

  /** Answers per request: only 1 is supported. */
  @OptionalOne()
  n?: number | null;

  /** Your own identifier for the end user; passed to the provider. */
  @OptionalText()
  user?: string | null;

  /** The newer name of `user`. */
  @OptionalText()
  safety_identifier?: string | null;

  /** Request JSON, or JSON that follows a schema. */
  @Optional({ type: 'object', additionalProperties: true }, IsResponseFormat())
  response_format?: Record<string, unknown> | null;

  /** Functions that the model may call. */
  @OptionalTools()
  tools?: Record<string, unknown>[] | null;

  /** Whether the model calls a function, and which one. `any` is a synonym of `required`. */
  @Optional(
    {
      oneOf: [
        { type: 'string', enum: ['none', 'auto', 'required', 'any'] },
        { type: 'object', additionalProperties: true },
      ],
    },
    IsToolChoice(),
  )
  tool_choice?: string | Record<string, unknown> | null;

  /** Whether the model may call several functions in parallel. */
  @OptionalBoolean()
  parallel_tool_calls?: boolean | null;

  /** How much reasoning the model may use, in OpenAI's terms: `low`, `medium`, `high`. */
  @OptionalText(64)
  reasoning_effort?: string | null;

  @OptionalFallback()
  fallback?: true | string[] | null;
}
