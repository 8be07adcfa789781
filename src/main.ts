import type { NestExpressApplication } from '@nestjs/platform-express';
import { types } from 'node:util';
import { holdStopSignals, listenForStopSignals } from './stop-signals.js';

// Files that libraries create (DuckDB's index) must also be readable by their owner only, from the first byte.
process.umask(0o077);
listenForStopSignals();

let app: NestExpressApplication | undefined;
try {
  // Imported here, so that a signal during loading is handled and a failure is one line. Swagger first: the loader opens
  // all modules of an import at once, and together they exceed a limit of 512 open files (faults.md C18).
  await import('@nestjs/swagger');
  const { createApp, listen } = await import('./app.js');
  holdStopSignals();
  app = await createApp();
  await listen(app);
} catch (error) {
  // One clear line without a stack: the operator has to act.
  process.stderr.write(
    `parley cannot start: ${types.isNativeError(error) ? error.message : String(error)}\n`,
  );
  // Releases what the half-started application holds, such as the lock of the log.
  await app?.close().catch(() => undefined);
  process.exit(1);
}
