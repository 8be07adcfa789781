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

/** Agents have long conversations; the rules of so many messages take some 20 ms. */
const MAX_MESSAGES = 2048;
const MAX_INTEGER = Number.MAX_SAFE_INTEGER;

/** Without these, which some servers know, the answer would not be what was asked for. */
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
  /** Send a last chunk with the tokens that the answer took. False: send none. */
  @OptionalBoolean()
  include_usage?: boolean | null;
}

/** The fields of OpenAI's and OpenRouter's that are known here; others are ignored, and null counts as absent. */
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

  /** The most tokens to answer with; the older name. Cut to what the service and the model allow. */
  @OptionalTokenCount()
  max_tokens?: number | null;

  /** The most tokens to answer with, reasoning included. Cut to what the service and the model allow. */
  @OptionalTokenCount()
  max_completion_tokens?: number | null;

  /** Text, or up to four texts, at which the answer ends. */
  @OptionalStop()
  stop?: string | string[] | null;

  /** Asks for the same answer to the same request, where the model can. */
  @OptionalInteger(-MAX_INTEGER, MAX_INTEGER)
  seed?: number | null;

  /** Makes what was said at all less likely. */
  @OptionalNumber(-2, 2)
  presence_penalty?: number | null;

  /** Makes what was said often less likely. */
  @OptionalNumber(-2, 2)
  frequency_penalty?: number | null;

  /** Makes tokens more likely or less, by their id. */
  @OptionalLogitBias()
  logit_bias?: Record<string, number> | null;

  /** Send the log probability of each token. */
  @OptionalBoolean()
  logprobs?: boolean | null;

  /** And of so many others that could have stood in its place. */
  @OptionalInteger(0, 20)
  top_logprobs?: number | null;

  /** Answers per request: one, no more. */
  @OptionalOne()
  n?: number | null;

  /** Your name for your own user; passed to the provider. */
  @OptionalText()
  user?: string | null;

  /** The newer name of `user`. */
  @OptionalText()
  safety_identifier?: string | null;

  /** Ask for JSON, or for JSON of a schema. */
  @Optional({ type: 'object', additionalProperties: true }, IsResponseFormat())
  response_format?: Record<string, unknown> | null;

  /** Functions that the model may call. */
  @OptionalTools()
  tools?: Record<string, unknown>[] | null;

  /** Whether to call a function, and which. `any` is another word for `required`. */
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

  /** May the model call several functions at once? */
  @OptionalBoolean()
  parallel_tool_calls?: boolean | null;

  /** How much a model that thinks may think, as OpenAI has it: `low`, `medium`, `high`. */
  @OptionalText(64)
  reasoning_effort?: string | null;

  @OptionalFallback()
  fallback?: true | string[] | null;
}
