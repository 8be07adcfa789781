import type { NestExpressApplication } from '@nestjs/platform-express';
import { DrainService } from './common/drain/drain.service.js';
import { gate } from './common/http/gate.js';
import { Settings } from './config/settings.js';
import { setUpDocs } from './docs.js';

/** What the program and the tests share: the application as it serves, short of listening. */
export function configureApp(app: NestExpressApplication): NestExpressApplication {
  const settings = app.get(Settings);
  app.disable('x-powered-by').disable('etag');
  const drain = app.get(DrainService);
  app.use(
    gate({
      bodyMaxBytes: settings.BODY_MAX_BYTES,
      stallTimeoutMs: settings.IDLE_TIMEOUT_MS,
      host: settings.HOST,
      allowedHosts: settings.ALLOWED_HOSTS,
      allowedOrigins: settings.ALLOWED_ORIGINS,
      isDraining: () => drain.draining,
    }),
  );
  setUpDocs(app);
  return app;
}
