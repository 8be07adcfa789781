import { ApiProperty } from '@nestjs/swagger';
import { rule } from '../../chat/dto/chat.validators.js';
import {
  ModelName,
  Optional,
  OptionalBoolean,
  OptionalFallback,
  OptionalInteger,
  OptionalNumber,
  OptionalText,
} from '../../chat/dto/optional-fields.js';
import { IgnoreUnknownFields } from '../../common/http/body-validation.pipe.js';
import { Nested } from '../../common/http/to-dto.js';
import {
  OptionalLogitBias,
  OptionalOne,
  OptionalStop,
  OptionalTokenCount,
} from '../dto/completion-fields.js';
import { StreamOptionsDto } from '../dto/completion-request.dto.js';

const MAX_INTEGER = Number.MAX_SAFE_INTEGER;
const TEXT = { type: 'string', minLength: 1 } as const;

function IsPrompt(): PropertyDecorator {
  const message =
    'must be a string, or an array of one: there is one answer to a request here, and no tokens are taken';
  return rule('isPrompt', message, (value) => {
    const texts: unknown[] = Array.isArray(value) ? value : [value];
    return texts.length === 1 && typeof texts[0] === 'string' && texts[0] !== '';
  });
}

/** No provider reports the probabilities of a prompt. */
function WithoutEcho(): PropertyDecorator {
  return rule(
    'withoutEcho',
    'cannot be given together with echo',
    (_value, object) => (object as TextCompletionRequestDto).echo !== true,
  );
}

/** The supported fields of OpenAI; others are ignored, and null counts as absent. */
@IgnoreUnknownFields(['suffix'])
export class TextCompletionRequestDto {
  @ModelName('/v1/models')
  model!: string;

  @ApiProperty({
    description: 'The prompt: a text, or a list of one text.',
    oneOf: [TEXT, { type: 'array', items: TEXT, minItems: 1, maxItems: 1 }],
    example: 'Say hello in one short sentence.',
  })
  @IsPrompt()
  prompt!: string | string[];

  /** Send the answer as chunks, as server-sent events. */
  @OptionalBoolean()
  stream?: boolean | null;

  @Optional({ type: () => StreamOptionsDto }, Nested(() => StreamOptionsDto))
  stream_options?: StreamOptionsDto | null;

  /** Maximum number of tokens in the answer. Reduced to the service's and the model's limits. */
  @OptionalTokenCount()
  max_tokens?: number | null;

  /** Start the answer with the prompt. */
  @OptionalBoolean()
  echo?: boolean | null;

  /** Return the log probability of each token and of this many of its most likely alternatives. */
  @OptionalInteger(0, 5)
  @WithoutEcho()
  logprobs?: number | null;

  /** Randomness, from 0 to 2. */
  @OptionalNumber(0, 2)
  temperature?: number | null;

  /** Nucleus sampling, from 0 to 1. */
  @OptionalNumber(0, 1)
  top_p?: number | null;

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

  /** Answers per request: only 1 is supported. */
  @OptionalOne()
  n?: number | null;

  /** Number of candidates to choose from: only 1 is supported. */
  @OptionalOne()
  best_of?: number | null;

  /** Your own identifier for the end user; passed to the provider. */
  @OptionalText()
  user?: string | null;

  @OptionalFallback()
  fallback?: true | string[] | null;
}
