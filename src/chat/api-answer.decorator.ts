import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, getSchemaPath } from '@nestjs/swagger';

/** One event or more, as a client sees them. */
type EventExamples = Readonly<Record<string, { readonly summary: string; readonly value: string }>>;

/** Documents what a door answers with 200: JSON of `dto`, or a stream of events. */
export function ApiAnswer(dto: Type<object>, events: EventExamples, example?: object): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(dto),
    ApiOkResponse({
      description: 'The answer, after its row was written.',
      content: {
        'application/json': { schema: { $ref: getSchemaPath(dto) }, ...(example && { example }) },
        'text/event-stream': { schema: { type: 'string' }, examples: events },
      },
    }),
  );
}
