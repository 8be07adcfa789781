import type { NestExpressApplication } from '@nestjs/platform-express';
import { types } from 'node:util';
import { holdStopSignals, listenForStopSignals } from './stop-signals.js';

// Also the files that libraries create (DuckDB's index) are their owner's alone from the first byte.
process.umask(0o077);
listenForStopSignals();

let app: NestExpressApplication | undefined;
try {
  // Loaded from here, so that a signal that comes meanwhile is noticed and a failure is one line.
  const { createApp, listen } = await import('./app.js');
  holdStopSignals();
  app = await createApp();
  await listen(app);
} catch (error) {
  // One clear line, no stack: whoever starts the service has to act.
  process.stderr.write(
    `parley cannot start: ${types.isNativeError(error) ? error.message : String(error)}\n`,
  );
  // Gives up what the half-started application holds, such as the lock of the log.
  await app?.close().catch(() => undefined);
  process.exit(1);
}
