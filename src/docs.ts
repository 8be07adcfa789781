import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { Request } from 'express';
import { basePathOf } from './common/http/base-path.js';
import { VERSION } from './common/version.js';
import { Settings } from './config/settings.js';
import { ModelRegistry } from './models/model-registry.service.js';

/** In the order in which Swagger UI shows them. */
const TAGS = ['Chat', 'OpenAI', 'Anthropic', 'Models', 'Log', 'Keys', 'Health', 'Service'];

/** Swagger UI at /docs, the document at /docs-json. It is made when first asked for: by then all models are known. */
export function setUpDocs(app: NestExpressApplication): void {
  const { BASE_PATH } = app.get(Settings);
  SwaggerModule.setup('docs', app, () => createDocument(app), {
    customSiteTitle: 'Parley',
    patchDocumentOnRequest: (request, _response, document) => ({
      ...document,
      // Relative to where the document came from: only the proxy in front knows scheme, host and port.
      servers: [{ url: basePathOf((request as Request).headers, BASE_PATH) || '/' }],
    }),
  });
}

function createDocument(app: NestExpressApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle('Parley')
    .setDescription(
      'One service in front of many language models. Every answer measured, every exchange kept.',
    )
    .setVersion(VERSION);
  for (const tag of TAGS) builder.addTag(tag);
  const document = SwaggerModule.createDocument(app, builder.build());
  if (app.get(Settings).OPENROUTER_ANY_MODEL) return document;
  return withModelNames(document, app.get(ModelRegistry).names);
}

/** Lists the registered models wherever a request asks for one of them and nothing else. Rows of the log may hold names of former models. */
function withModelNames(document: OpenAPIObject, names: readonly string[]): OpenAPIObject {
  for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) {
    const isRequest = name.endsWith('RequestDto');
    const model = isRequest && 'properties' in schema ? schema.properties?.model : undefined;
    if (model && !('$ref' in model)) model.enum = [...names];
  }
  return document;
}
