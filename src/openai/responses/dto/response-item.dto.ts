import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';

const STATUSES = ['in_progress', 'completed', 'incomplete'] as const;

export type ItemStatus = (typeof STATUSES)[number];

const ANY_OBJECTS = { type: 'array', items: { type: 'object', additionalProperties: true } } as const;

export class OutputTextDto {
  @ApiProperty({ enum: ['output_text'] })
  type!: 'output_text';

  @ApiProperty({ description: 'The answer.', example: 'Hello!' })
  text!: string;

  @ApiProperty({ ...ANY_OBJECTS, description: 'Sources that the model cites.' })
  annotations!: unknown[];

  @ApiProperty({ ...ANY_OBJECTS, description: 'Log probabilities, if asked for.' })
  logprobs!: unknown[];
}

export class OutputRefusalDto {
  @ApiProperty({ enum: ['refusal'] })
  type!: 'refusal';

  @ApiProperty({ description: 'Why the model would not answer.' })
  refusal!: string;
}

@ApiExtraModels(OutputTextDto, OutputRefusalDto)
export class OutputMessageDto {
  @ApiProperty({ enum: ['message'] })
  type!: 'message';

  @ApiProperty({ example: 'msg_01KATXV6Z3E6M3A9V8J6ZB1T5Q_0' })
  id!: string;

  @ApiProperty({ enum: STATUSES, example: 'completed' })
  status!: ItemStatus;

  @ApiProperty({ enum: ['assistant'] })
  role!: 'assistant';

  @ApiProperty({
    type: 'array',
    items: { oneOf: [OutputTextDto, OutputRefusalDto].map((part) => ({ $ref: getSchemaPath(part) })) },
  })
  content!: (OutputTextDto | OutputRefusalDto)[];
}

export class ReasoningSummaryDto {
  @ApiProperty({ enum: ['summary_text'] })
  type!: 'summary_text';

  @ApiProperty({ description: 'What the model thought, where it says so.' })
  text!: string;
}

export class ReasoningItemDto {
  @ApiProperty({ enum: ['reasoning'] })
  type!: 'reasoning';

  @ApiProperty({ example: 'rs_01KATXV6Z3E6M3A9V8J6ZB1T5Q_0' })
  id!: string;

  @ApiProperty({ enum: STATUSES, example: 'completed' })
  status!: ItemStatus;

  @ApiProperty({ type: () => [ReasoningSummaryDto] })
  summary!: ReasoningSummaryDto[];

  @ApiProperty({
    required: false,
    description: 'The thoughts for the model itself, if asked for; send the item back with the next request.',
  })
  encrypted_content?: string;
}

export class FunctionCallDto {
  @ApiProperty({ enum: ['function_call'] })
  type!: 'function_call';

  @ApiProperty({ example: 'fc_01KATXV6Z3E6M3A9V8J6ZB1T5Q_0' })
  id!: string;

  @ApiProperty({ enum: STATUSES, example: 'completed' })
  status!: ItemStatus;

  @ApiProperty({ description: 'What its output has to name.', example: 'call_1' })
  call_id!: string;

  @ApiProperty({ example: 'get_weather' })
  name!: string;

  @ApiProperty({ description: 'JSON.', example: '{"city":"Paris"}' })
  arguments!: string;
}

export class CustomToolCallDto {
  @ApiProperty({ enum: ['custom_tool_call'] })
  type!: 'custom_tool_call';

  @ApiProperty({ example: 'ctc_01KATXV6Z3E6M3A9V8J6ZB1T5Q_0' })
  id!: string;

  @ApiProperty({ enum: STATUSES, example: 'completed' })
  status!: ItemStatus;

  @ApiProperty({ description: 'What its output has to name.', example: 'call_1' })
  call_id!: string;

  @ApiProperty({ example: 'run_sql' })
  name!: string;

  @ApiProperty({ description: 'The text for the tool.', example: 'select 1' })
  input!: string;
}

export class ImageGenerationCallDto {
  @ApiProperty({ enum: ['image_generation_call'] })
  type!: 'image_generation_call';

  @ApiProperty({ example: 'ig_01KATXV6Z3E6M3A9V8J6ZB1T5Q_0' })
  id!: string;

  @ApiProperty({ enum: STATUSES, example: 'completed' })
  status!: ItemStatus;

  @ApiProperty({ type: 'string', nullable: true, description: 'The image in base64.' })
  result!: string | null;
}

export type OutputItemDto =
  OutputMessageDto | ReasoningItemDto | FunctionCallDto | CustomToolCallDto | ImageGenerationCallDto;
