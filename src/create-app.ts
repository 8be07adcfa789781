import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { configureApp } from './app.setup.js';
import { FastExpressAdapter } from './common/http/express.adapter.js';

/** The service, ready to listen. Throws SettingsError if the environment does not allow a start. */
export async function createApp(): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule, new FastExpressAdapter(), {
    // Held back until the service listens: why it could not start is one line from main.ts, not Nest's stack.
    bufferLogs: true,
    autoFlushLogs: false,
    // The gate reads bodies.
    bodyParser: false,
    abortOnError: false,
  });
  return configureApp(app);
}
