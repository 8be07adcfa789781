import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { ModelRegistry } from './models/model-registry.service.js';
import { VERSION } from './service-info.controller.js';

/** In the order in which Swagger UI shows them. */
const TAGS = ['Chat', 'OpenAI', 'Models', 'Log', 'Health', 'Service'];

/** Swagger UI at /docs, the document at /docs-json. */
export function setUpDocs(app: NestExpressApplication): void {
  const builder = new DocumentBuilder()
    .setTitle('Parley')
    .setDescription(
      'One small service in front of many language models. Every answer measured, every exchange on disk.',
    )
    .setVersion(VERSION);
  for (const tag of TAGS) builder.addTag(tag);
  const config = builder.build();
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

/** Lists the registered models wherever a request asks for one. Rows of the log may hold names of former models. */
function withModelNames(document: OpenAPIObject, names: readonly string[]): OpenAPIObject {
  for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) {
    const isRequest = name.endsWith('RequestDto');
    const model = isRequest && 'properties' in schema ? schema.properties?.model : undefined;
    if (model && !('$ref' in model)) model.enum = [...names];
  }
  return document;
}
