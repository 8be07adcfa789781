import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { configureApp } from './app.setup.js';
import { FastExpressAdapter } from './common/http/express.adapter.js';
import { ProcessLog } from './common/process-log.js';

/** The service, ready to listen. Throws SettingsError if the environment does not allow a start. */
export async function createApp(): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule, new FastExpressAdapter(), {
    logger: new ProcessLog(),
    // The gate reads bodies.
    bodyParser: false,
    abortOnError: false,
  });
  return configureApp(app);
}
