import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { ModelRegistry } from './models/model-registry.service.js';
import { VERSION } from './service-info.controller.js';

/** Swagger UI at /docs, the document at /docs-json. */
export function setUpDocs(app: NestExpressApplication): void {
  const config = new DocumentBuilder()
    .setTitle('Parley')
    .setDescription(
      'One small service in front of many language models. Every answer measured, every exchange on disk.',
    )
    .setVersion(VERSION)
    .build();
  // On first request: by then the models have been found, and start-up does not pay for it.
  SwaggerModule.setup(
    'docs',
    app,
    () => withModelNames(SwaggerModule.createDocument(app, config), app.get(ModelRegistry).names),
    {
      customSiteTitle: 'Parley',
    },
  );
}

/** Lists the registered models wherever a field asks for one. */
function withModelNames(document: OpenAPIObject, names: readonly string[]): OpenAPIObject {
  for (const schema of Object.values(document.components?.schemas ?? {})) {
    const model = 'properties' in schema ? schema.properties?.model : undefined;
    if (model && !('$ref' in model)) model.enum = [...names];
  }
  return document;
}
