import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, getSchemaPath } from '@nestjs/swagger';

/** One or more events, as a client receives them. */
type EventExamples = Readonly<Record<string, { readonly summary: string; readonly value: string }>>;

/** Documents the 200 of an API: JSON of `dto`, or a stream of events. */
export function ApiAnswer(dto: Type<object>, events: EventExamples, example?: object): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(dto),
    ApiOkResponse({
      description: 'The answer, sent after its row was written.',
      content: {
        'application/json': { schema: { $ref: getSchemaPath(dto) }, ...(example && { example }) },
        'text/event-stream': { schema: { type: 'string' }, examples: events },
      },
    }),
  );
}
