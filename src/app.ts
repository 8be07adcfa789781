import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { AddressInfo } from 'node:net';
import { KeyRing } from './access/key-ring.service.js';
import { AppModule } from './app.module.js';
import { described } from './common/described.js';
import { DrainService } from './common/drain/drain.service.js';
import { FastExpressAdapter } from './common/http/express.adapter.js';
import { gate } from './common/http/gate.js';
import { ProcessLog } from './common/process-log.js';
import { runtimeWarning } from './common/runtime-warning.js';
import { SETTING_NAMES } from './config/load-settings.js';
import { mistypedVariables } from './config/mistyped-variables.js';
import { SettingsError } from './config/settings-error.js';
import { Settings } from './config/settings.js';
import { setUpDocs } from './docs.js';
import { HttpMetrics } from './metrics/http-metrics.js';
import { ModelRegistry } from './models/model-registry.service.js';
import { Shutdown } from './shutdown.js';
import { stopWith } from './stop-signals.js';
import { Tracing } from './tracing/tracing.js';

/** Creates the service, ready to listen. Throws SettingsError if the environment prevents a start. */
export async function createApp(): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule, new FastExpressAdapter(), {
    // Buffered until the service listens: a failed start is one line from main.ts, not Nest's stack.
    bufferLogs: true,
    autoFlushLogs: false,
    // The gate reads bodies.
    bodyParser: false,
    abortOnError: false,
  });
  return configureApp(app);
}

/** The configured application without a listening socket, as used by the program and the tests. */
export function configureApp(app: NestExpressApplication): NestExpressApplication {
  const settings = app.get(Settings);
  const drain = app.get(DrainService);
  const metrics = app.get(HttpMetrics);
  const tracing = app.get(Tracing);
  app.disable('x-powered-by').disable('etag');
  app.use(
    gate({
      bodyMaxBytes: settings.BODY_MAX_BYTES,
      stallTimeoutMs: settings.IDLE_TIMEOUT_MS,
      host: settings.HOST,
      allowedHosts: settings.ALLOWED_HOSTS,
      allowedOrigins: settings.ALLOWED_ORIGINS,
      isDraining: () => drain.draining,
      observe: (request, response) => {
        tracing.request(request, response);
        metrics.observe(request, response);
      },
    }),
  );
  setUpDocs(app);
  return app;
}

/** Listens, and sets up graceful shutdown. Throws SettingsError if the address is not available. */
export async function listen(app: NestExpressApplication): Promise<void> {
  const settings = app.get(Settings);
  const logger = new Logger('Parley');
  const processLog = await ProcessLog.create(settings.LOG_LEVEL);
  await bind(app, settings);
  app.useLogger(processLog);
  app.flushLogs();
  stopInOrder(new Shutdown(app, processLog), logger);
  for (const warning of warnings(app)) logger.warn(warning);
  logger.log(`Listening on ${address(app)}; docs at /docs`);
}

function stopInOrder(shutdown: Shutdown, logger: Logger): void {
  stopWith(
    () => {
      logger.log('Told to stop: finishing running chats');
      shutdown.begin(0);
    },
    () => {
      logger.warn('Told to stop again: interrupting running chats');
      shutdown.hurry();
    },
  );
  // At most one request is affected: a stop would cut every paid answer in progress.
  process.on('unhandledRejection', (reason) => {
    logger.error({ message: 'Unhandled promise rejection', error: described(reason) });
  });
  // The state may be inconsistent: running chats may finish as on SIGTERM, and the exit code informs the supervisor.
  process.on('uncaughtException', (error) => {
    logger.fatal({ message: 'Uncaught exception: stopping', error: described(error) });
    shutdown.begin(1);
  });
}

function warnings(app: NestExpressApplication): string[] {
  const settings = app.get(Settings);
  const models = app.get(ModelRegistry);
  const keys = app.get(KeyRing);
  const runtime = runtimeWarning(process.versions);
  return [
    ...(runtime ? [runtime] : []),
    ...mistypedVariables(process.env, [...SETTING_NAMES, ...models.variableNames]).map(
      ({ name, likely }) => `${name} is not a variable of this service. Did you mean ${likely}?`,
    ),
    ...(settings.ALLOW_INSECURE === '1' && !keys.isClosed
      ? [
          'ALLOW_INSECURE is set, and there are no keys: anyone who can reach this address can spend your upstream credit',
        ]
      : []),
  ];
}

/** The address as bound: Nest's getUrl() shows 0.0.0.0 as 127.0.0.1. */
function address(app: NestExpressApplication): string {
  const { address, family, port } = app.getHttpServer().address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

async function bind(app: NestExpressApplication, { HOST, PORT }: Settings): Promise<void> {
  try {
    await app.listen(PORT, HOST);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reasons: Partial<Record<string, string>> = {
      EADDRINUSE: `port ${PORT} on ${HOST} is in use; set PORT to another`,
      EACCES: `port ${PORT} needs privileges; set PORT to another`,
      EADDRNOTAVAIL: `HOST ${HOST} is not an address of this machine`,
    };
    throw new SettingsError(reasons[code ?? ''] ?? (error as Error).message);
  }
}
