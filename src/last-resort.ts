import type { INestApplication, Logger } from '@nestjs/common';
import { inspect, types } from 'node:util';

/**
 * What nobody foresaw. A rejected promise that nobody awaits has broken one request at most: it is logged, and the
 * service goes on, as to stop would cut every paid answer under way. An exception that nobody caught may have left
 * anything half done: it is logged, what runs may finish as on SIGTERM, and the exit code tells the supervisor.
 */
export function onUnforeseen(logger: Logger, stop: () => void): void {
  process.on('unhandledRejection', (reason) => {
    logger.error({ message: 'A rejection that nobody handled', error: describe(reason) });
  });
  process.on('uncaughtException', (error) => {
    logger.fatal({ message: 'An exception that nobody caught: stopping', error: describe(error) });
    stop();
  });
}

/** Lets the application finish, then ends the process, whatever still holds it open. */
export async function exitAfterClose(app: INestApplication, exitCode: number, logger: Logger): Promise<void> {
  try {
    await app.close();
    logger.log('Stopped');
  } catch (error) {
    logger.error({ message: 'Stopping failed', error: describe(error) });
    exitCode ||= 1;
  }
  // The log sets it where rows are lost.
  process.exit(exitCode || process.exitCode);
}

function describe(error: unknown): string {
  return types.isNativeError(error) ? (error.stack ?? error.message) : inspect(error);
}
