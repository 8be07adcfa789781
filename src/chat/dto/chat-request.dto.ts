import { ApiProperty } from '@nestjs/swagger';
import { ArrayMinSize, IsBoolean, IsIn, IsInt, IsNumber, Max, Min } from 'class-validator';
import { NestedList } from '../../common/http/to-dto.js';
import { ModelName } from './optional-fields.js';
import { IfGiven } from './if-given.decorator.js';
import {
  EndsWithUser,
  IsFallback,
  IsMessageList,
  IsStop,
  MESSAGES,
  NonEmptyText,
  NotBlank,
  NotWith,
  RequiredUnless,
  IsTokenCount,
} from './chat.validators.js';
import { WholeNumber } from '../../common/docs/whole-number.decorator.js';

export const MAX_MESSAGES = 256;

export class MessageDto {
  /** Author of the message. */
  @IsIn(['system', 'user', 'assistant'], { message: 'must be one of: system, user, assistant' })
  role!: 'system' | 'user' | 'assistant';

  /** Text of the message. */
  @NonEmptyText()
  content!: string;
}

export class ChatRequestDto {
  /**
   * The prompt. Exactly one of `prompt` and `messages` is required.
   * @example "Say hello in one short sentence."
   */
  @NotBlank()
  @NonEmptyText()
  @RequiredUnless('messages')
  prompt?: string;

  /** A conversation instead of a prompt; the last message is the user's. */
  @IfGiven()
  @NestedList(() => MessageDto, MAX_MESSAGES, MESSAGES)
  @EndsWithUser()
  @ArrayMinSize(1, { message: 'must have at least one message' })
  @IsMessageList()
  @NotWith('prompt')
  messages?: MessageDto[];

  @ModelName('/models')
  model!: string;

  /** A system prompt; with `prompt` only. */
  @IfGiven()
  @NonEmptyText()
  @NotWith('messages')
  system?: string;

  /** Randomness, from 0 to 2. */
  @IfGiven()
  @IsNumber({}, { message: 'must be a number from 0 to 2' })
  @Min(0, { message: 'must be a number from 0 to 2' })
  @Max(2, { message: 'must be a number from 0 to 2' })
  temperature?: number;

  /** Nucleus sampling, from 0 to 1. */
  @IfGiven()
  @IsNumber({}, { message: 'must be a number from 0 to 1' })
  @Min(0, { message: 'must be a number from 0 to 1' })
  @Max(1, { message: 'must be a number from 0 to 1' })
  top_p?: number;

  /** Maximum number of tokens in the answer. */
  @IfGiven()
  @IsTokenCount()
  @WholeNumber(1)
  max_tokens?: number;

  /** One to four strings that end the answer. */
  @ApiProperty({
    required: false,
    oneOf: [
      { type: 'string', minLength: 1 },
      { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1, maxItems: 4 },
    ],
  })
  @IfGiven()
  @IsStop()
  stop?: string | string[];

  /** Requests the same answer for the same request, if the model supports it. */
  @IfGiven()
  @IsInt({ message: 'must be a whole number' })
  @WholeNumber(-Number.MAX_SAFE_INTEGER)
  seed?: number;

  /** Sends the answer in pieces as server-sent events, as does `Accept: text/event-stream`. */
  @IfGiven()
  @IsBoolean({ message: 'must be true or false' })
  stream?: boolean;

  /** Models that may answer if `model` cannot: `true` for any, or their names in order. */
  @ApiProperty({
    required: false,
    oneOf: [
      { type: 'boolean', enum: [true] },
      { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 16 },
    ],
  })
  @IfGiven()
  @IsFallback()
  fallback?: true | string[];
}
