import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { Request } from 'express';
import { completed } from './api-document.js';
import { KEY_SCHEMES } from './common/access.decorator.js';
import { basePathOf } from './common/http/base-path.js';
import { VERSION } from './common/version.js';
import { Settings } from './config/settings.js';
import { ModelRegistry } from './models/model-registry.service.js';

/** In the order in which Swagger UI shows them. */
const TAGS: Readonly<Record<string, string>> = {
  Chat: 'Ask a model.',
  OpenAI: 'The same for clients of OpenAI’s API: the base URL is this service’s `/v1`.',
  Anthropic: 'The same for clients of Anthropic’s API: the base URL is this service itself.',
  Models: 'Who may be asked.',
  Log: 'Every exchange that was kept, and its figures.',
  Keys: 'Who may ask, and how much.',
  Health: 'Probes for a supervisor.',
  Service: 'The service itself.',
};

const ABOUT = `One service in front of many language models. Every answer measured, every exchange kept.

While there are no keys, none is needed. With the first key every route but those of health, documentation and the page
wants one.`;

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

/** `KeysController`, `create` → `keysCreate`: what generators name their functions by. */
function operationId(room: string, method: string): string {
  const name = room.charAt(0).toLowerCase() + room.slice(1);
  return name === method ? name : name + method.charAt(0).toUpperCase() + method.slice(1);
}
