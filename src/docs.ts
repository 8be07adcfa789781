import type { NestExpressApplication } from '@nestjs/platform-express';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { createRequire } from 'node:module';
import { loadSwagger } from './common/docs/deferred-swagger.js';
import { ModelRegistry } from './models/model-registry.service.js';
import { VERSION } from './service-info.controller.js';

/** In the order in which Swagger UI shows them. */
const TAGS = ['Chat', 'OpenAI', 'Models', 'Log', 'Keys', 'Health', 'Service'];

/** What is there, besides Swagger UI's files: another method is a 405 there though the routes are not made yet. */
const PATHS = [
  '/docs',
  '/docs/index.html',
  '/docs/LICENSE',
  '/docs/swagger-ui-init.js',
  '/docs/docs/swagger-ui-init.js',
  '/docs-json',
  '/docs-yaml',
];

/**
 * Swagger UI at /docs, the document at /docs-json. Both are made when first asked for: by then the models have been
 * found, and who asks nothing does not pay for a quarter of all files: idle 120 → 106 MB, start a tenth sooner.
 */
export function setUpDocs(app: NestExpressApplication): void {
  // A package that is not there stops the start, not the first reader.
  createRequire(import.meta.url).resolve('@nestjs/swagger');
  let routes: Promise<void> | undefined;
  const docs = (request: Request, _response: Response, next: NextFunction): void => {
    if (!/^\/docs/i.test(request.path)) {
      next();
      return;
    }
    routes ??= addRoutes(app, docs);
    routes.then(
      () => {
        next();
      },
      (error: unknown) => {
        routes = undefined;
        next(error);
      },
    );
  };
  app.getHttpAdapter().getInstance().get(PATHS, docs);
  app.use(docs);
}

/**
 * Puts the routes of the docs right after `place`, where they would stand had they been made at the start: before Nest's
 * own and its answer to unknown paths. Express finds its next layer by position, so whoever waits in `place` comes to
 * them next.
 */
async function addRoutes(app: NestExpressApplication, place: RequestHandler): Promise<void> {
  const { DocumentBuilder, SwaggerModule } = await loadSwagger();
  const builder = new DocumentBuilder()
    .setTitle('Parley')
    .setDescription(
      'One small service in front of many language models. Every answer measured, every exchange on disk.',
    )
    .setVersion(VERSION);
  for (const tag of TAGS) builder.addTag(tag);
  const document = withModelNames(
    SwaggerModule.createDocument(app, builder.build()),
    app.get(ModelRegistry).names,
  );
  const { stack } = app.getHttpAdapter().getInstance().router;
  const end = stack.length;
  SwaggerModule.setup('docs', app, document, { customSiteTitle: 'Parley' });
  stack.splice(stack.findIndex(({ handle }) => handle === place) + 1, 0, ...stack.splice(end));
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
