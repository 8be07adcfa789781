import type { NestExpressApplication } from '@nestjs/platform-express';
import { types } from 'node:util';
import { listenForStopSignals } from './stop-signals.js';

listenForStopSignals();

let app: NestExpressApplication | undefined;
try {
  // Loaded from here, as loading takes most of the start and a signal must not wait for it.
  const { createApp } = await import('./create-app.js');
  const { serve } = await import('./serve.js');
  app = await createApp();
  await serve(app);
} catch (error) {
  // One clear line, no stack: whoever starts the service has to act.
  process.stderr.write(
    `parley cannot start: ${types.isNativeError(error) ? error.message : String(error)}\n`,
  );
  // Gives up what the half-started application holds, such as the lock of the log.
  await app?.close().catch(() => undefined);
  process.exit(1);
}
