import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

const ANY_OBJECTS = { type: 'array', items: { type: 'object', additionalProperties: true } } as const;

export class OutputTextDto {
  type!: 'output_text';
  /**
   * The answer.
   * @example "Hello!"
   */
  text!: string;
  /** Sources that the model cites. */
  @ApiProperty(ANY_OBJECTS)
  annotations!: unknown[];
  /** Log probabilities, if requested. */
  @ApiProperty(ANY_OBJECTS)
  logprobs!: unknown[];
}

export class OutputRefusalDto {
  type!: 'refusal';
  /** Why the model refused to answer. */
  refusal!: string;
}

@ApiExtraModels(OutputTextDto, OutputRefusalDto)
export class OutputMessageDto {
  type!: 'message';
  /** @example "msg_01KATXV6Z3E6M3A9V8J6ZB1T5Q_0" */
  id!: string;
  status!: ItemStatus;
  role!: 'assistant';
  @ApiProperty({
    type: 'array',
    items: { oneOf: [OutputTextDto, OutputRefusalDto].map((part) => ({ $ref: getSchemaPath(part) })) },
  })
  content!: (OutputTextDto | OutputRefusalDto)[];
}

export class ReasoningSummaryDto {
  type!: 'summary_text';
  /** The model's reasoning, if reported. */
  text!: string;
}

export class ReasoningItemDto {
  type!: 'reasoning';
  id!: string;
  status!: ItemStatus;
  summary!: ReasoningSummaryDto[];
  /** The model's encrypted reasoning, if requested; send the item back with the next request. */
  encrypted_content?: string;
}

class CallDto {
  id!: string;
  status!: ItemStatus;
  /** The id that the tool's output must name. */
  call_id!: string;
  name!: string;
  /** The tool's namespace, if it has one. */
  namespace?: string;
}

export class FunctionCallDto extends CallDto {
  type!: 'function_call';
  /** JSON. */
  arguments!: string;
}

export class CustomToolCallDto extends CallDto {
  type!: 'custom_tool_call';
  /** The input text for the tool. */
  input!: string;
}

export class ImageGenerationCallDto {
  type!: 'image_generation_call';
  id!: string;
  status!: ItemStatus;
  /** The image in base64. */
  result!: string | null;
}

export type OutputItemDto =
  OutputMessageDto | ReasoningItemDto | FunctionCallDto | CustomToolCallDto | ImageGenerationCallDto;
