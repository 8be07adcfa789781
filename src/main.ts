import { Logger } from '@nestjs/common';
import { createApp } from './create-app.js';
import { Settings } from './config/settings.js';

try {
  const app = await createApp();
  const { HOST, PORT } = app.get(Settings);
  await app.listen(PORT, HOST);
  new Logger('Parley').log(`Listening on ${await app.getUrl()}; docs at /docs`);
} catch (error) {
  // One clear line, no stack: whoever starts the service has to act.
  process.stderr.write(`parley cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
