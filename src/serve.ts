import { Logger } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { AddressInfo } from 'node:net';
import { DrainService } from './common/drain/drain.service.js';
import { ProcessLog } from './common/process-log.js';
import { runtimeWarning } from './common/runtime-warning.js';
import { SettingsError } from './config/settings-error.js';
import { Settings } from './config/settings.js';
import { exitAfterClose, onUnforeseen } from './last-resort.js';
import { stopWith } from './stop-signals.js';

/** Listens, and sees to it that the service stops in an orderly way. Throws if the address cannot be had. */
export async function serve(app: NestExpressApplication): Promise<void> {
  const logger = new Logger('Parley');
  const processLog = await ProcessLog.create();
  await listen(app);
  app.useLogger(processLog);
  app.flushLogs();
  const stop = (exitCode: number): void => {
    void exitAfterClose(app, exitCode, logger);
  };
  stopWith(
    () => {
      logger.log('Told to stop: finishing what is under way');
      stop(0);
    },
    () => {
      logger.warn('Told to stop again: interrupting what is under way');
      app.get(DrainService).hurry();
    },
  );
  onUnforeseen(logger, () => {
    stop(1);
  });
  const warning = runtimeWarning(process.versions);
  if (warning) logger.warn(warning);
  warnOfOpenDoor(app, logger);
  logger.log(`Listening on ${address(app)}; docs at /docs`);
}

/** As it was bound: Nest's getUrl() shows 0.0.0.0 as 127.0.0.1. */
function address(app: NestExpressApplication): string {
  const { address, family, port } = app.getHttpServer().address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

function warnOfOpenDoor(app: NestExpressApplication, logger: Logger): void {
  if (app.get(Settings).ALLOW_INSECURE !== '1') return;
  logger.warn(
    'ALLOW_INSECURE is set: whoever reaches this address can spend the credit of the upstream account',
  );
}

async function listen(app: NestExpressApplication): Promise<void> {
  const { HOST, PORT } = app.get(Settings);
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
