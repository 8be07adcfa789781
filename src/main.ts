import type { NestExpressApplication } from '@nestjs/platform-express';
import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import { types } from 'node:util';
import { listenForStopSignals } from './stop-signals.js';

listenForStopSignals();

let app: NestExpressApplication | undefined;
try {
  // Loaded from here, so that a signal that comes meanwhile is kept, and what fails is one line. Many hundred files:
  // import() of Node 20 makes several trips to its threads for each, require() none, and import() then finds them
  // loaded: 1.13 → 0.89 s from start to ready, idle 135 → 125 MB. Node 22 and 24 gain nothing and lose nothing.
  if (process.features.require_module) {
    const require = createRequire(import.meta.url);
    for (const file of ['./create-app.js', './serve.js']) require(file);
    // A signal that came meanwhile ends the process here, before a lock of the log is half made. It is only seen where
    // the loop looks for events, which lies between the two.
    await setImmediate();
    await setImmediate();
  }
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
