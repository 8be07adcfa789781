import type { Type } from '@nestjs/common';
import type * as Swagger from '@nestjs/swagger';

// Stands in for @nestjs/swagger in the built service (defer-swagger.cjs beside it): the package and what it needs are a
// quarter of all files, and what its decorators say is only asked at /docs.

type Decorator = (...target: unknown[]) => void;
type DecoratorFactory = (...options: unknown[]) => Decorator;

const deferred: ((swagger: typeof Swagger) => void)[] = [];

/** The package, once all that was said with its decorators has been said to it. */
export async function loadSwagger(): Promise<typeof Swagger> {
  const swagger = await import('@nestjs/swagger');
  for (const decorate of deferred.splice(0)) decorate(swagger);
  return swagger;
}

function defer(name: Extract<keyof typeof Swagger, `Api${string}`>): DecoratorFactory {
  return (...options) =>
    (...target) => {
      deferred.push((swagger) => {
        const factory = swagger[name] as DecoratorFactory;
        factory(...options)(...target);
      });
    };
}

// One that is used and not in this list stops the start: its import finds nothing.
export const ApiBody = defer('ApiBody');
export const ApiExcludeController = defer('ApiExcludeController');
export const ApiExtraModels = defer('ApiExtraModels');
export const ApiOkResponse = defer('ApiOkResponse');
export const ApiOperation = defer('ApiOperation');
export const ApiParam = defer('ApiParam');
export const ApiProduces = defer('ApiProduces');
export const ApiProperty = defer('ApiProperty');
export const ApiPropertyOptional = defer('ApiPropertyOptional');
export const ApiResponse = defer('ApiResponse');
export const ApiServiceUnavailableResponse = defer('ApiServiceUnavailableResponse');
export const ApiTags = defer('ApiTags');

/** Without @ApiSchema a schema has the name of its class. */
export function getSchemaPath({ name }: Type): string {
  return `#/components/schemas/${name}`;
}
