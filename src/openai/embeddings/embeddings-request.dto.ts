import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { rule } from '../../chat/dto/chat.validators.js';
import {
  ModelName,
  Optional,
  OptionalFallback,
  OptionalInteger,
  OptionalText,
} from '../../chat/dto/optional-fields.js';
import { IgnoreUnknownFields } from '../../common/http/body-validation.pipe.js';

const MAX_INPUTS = 2048;
const FORMATS = ['float', 'base64'] as const;

/** Tokens belong to one tokenizer, but the models here have different ones. */
function IsEmbeddingInput(): PropertyDecorator {
  const message = `must be a string or an array of 1 to ${MAX_INPUTS} strings, none of them empty; token arrays are not taken: send text (in LangChain for Python: check_embedding_ctx_length=False)`;
  return rule('isEmbeddingInput', message, (value) => {
    const texts: unknown[] = Array.isArray(value) ? value : [value];
    const isText = (text: unknown) => typeof text === 'string' && text !== '';
    return texts.length >= 1 && texts.length <= MAX_INPUTS && texts.every(isText);
  });
}

/** The supported fields of OpenAI; others are ignored, and null counts as absent. */
@IgnoreUnknownFields()
export class EmbeddingsRequestDto {
  @ModelName('/v1/models')
  model!: string;

  @ApiProperty({
    description: `The text, or up to ${MAX_INPUTS} texts, to embed. Token arrays are refused.`,
    oneOf: [
      { type: 'string', minLength: 1 },
      { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1, maxItems: MAX_INPUTS },
    ],
    example: 'A parley is a talk between opponents.',
  })
  @IsEmbeddingInput()
  input!: string | string[];

  /** Numbers, or base64 of little-endian 32-bit floats. */
  @Optional(
    { type: 'string', enum: [...FORMATS], default: 'float' },
    IsIn(FORMATS, { message: `must be one of: ${FORMATS.join(', ')}` }),
  )
  encoding_format?: (typeof FORMATS)[number] | null;

  /** The number of dimensions of the vectors, if the model supports it. */
  @OptionalInteger(1, 65_536)
  dimensions?: number | null;

  /** The purpose of the texts, as in OpenRouter's API: `search_query`, `search_document`, … */
  @OptionalText()
  input_type?: string | null;

  /** Your own identifier for the end user; passed to the provider. */
  @OptionalText()
  user?: string | null;

  /** Vectors of different models cannot be compared. */
  @OptionalFallback()
  fallback?: true | string[] | null;
}
