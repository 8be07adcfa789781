import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { Request } from 'express';
import { completed } from './api-document.js';
import { KEY_SCHEMES } from './common/access.decorator.js';
import { basePathOf } from './common/http/base-path.js';
import { VERSION } from './common/version.js';
import { Settings } from './config/settings.js';
import { ModelRegistry } from './models/model-registry.service.js';

/** In the order of Swagger UI. */
const TAGS: Readonly<Record<string, string>> = {
  Chat: 'Ask a model.',
  OpenAI: 'The same for clients of OpenAI’s API: the base URL is this service’s `/v1`.',
  Anthropic: 'The same for clients of Anthropic’s API: the base URL is this service itself.',
  Models: 'The available models.',
  Log: 'The logged exchanges and their figures.',
  Keys: 'Keys of clients, and their limits.',
  Health: 'Probes for a supervisor.',
  Service: 'The service itself.',
};

const ABOUT = `One service in front of many language models. Every answer is measured, every exchange logged.

As long as no key exists, requests need none. After that, all routes except health, documentation and the page
require a key.`;

/** Swagger UI at /docs, the document at /docs-json. Created on the first request, when all models are known. */
export function setUpDocs(app: NestExpressApplication): void {
  const { BASE_PATH } = app.get(Settings);
  SwaggerModule.setup('docs', app, () => createDocument(app), {
    customSiteTitle: 'Parley',
    patchDocumentOnRequest: (request, _response, document) => ({
      ...document,
      // Relative to the document: only the proxy knows scheme, host and port.
      servers: [{ url: basePathOf((request as Request).headers, BASE_PATH) || '/' }],
    }),
  });
}

function createDocument(app: NestExpressApplication): OpenAPIObject {
  const [bearer, header] = KEY_SCHEMES;
  const builder = new DocumentBuilder()
    .setTitle('Parley')
    .setDescription(ABOUT)
    .setVersion(VERSION)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'parley_…' }, bearer)
    .addApiKey({ type: 'apiKey', in: 'header', name: header }, header);
  for (const [name, description] of Object.entries(TAGS)) builder.addTag(name, description);
  const document = SwaggerModule.createDocument(app, builder.build(), {
    operationIdFactory: (controller, method) => operationId(controller.replace(/Controller$/, ''), method),
  });
  const { OPENROUTER_ANY_MODEL: anyModel } = app.get(Settings);
  return completed(document, anyModel ? undefined : app.get(ModelRegistry).names);
}

/** `KeysController`, `create` → `keysCreate`: the function names that client generators use. */
function operationId(room: string, method: string): string {
  const name = room.charAt(0).toLowerCase() + room.slice(1);
  return name === method ? name : name + method.charAt(0).toUpperCase() + method.slice(1);
}
