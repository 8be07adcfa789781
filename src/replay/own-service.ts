import type { LoggerService } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { Settings } from '../config/settings.js';
import { databaseUrl } from '../logging/cli/log-of.js';
import { logPath } from '../logging/cli/log-path.js';

const KEY_BYTES = 24;

export interface ServiceInUse {
  readonly url: string;
  readonly key: string | undefined;
  stop(): Promise<void>;
}

/**
 * Starts the service over its usual log, on a free local port. Whoever may start it may do everything, so a random
 * admin key that is stored nowhere gives access, and nobody else has any.
 * @param file the log; undefined: as configured
 */
export async function startOwnService(file: string | undefined): Promise<ServiceInUse> {
  const key = randomBytes(KEY_BYTES).toString('hex');
  const port = [process.env.PORT].find(Boolean) ?? new Settings().PORT;
  Object.assign(process.env, { ...(await logVariables(file)), HOST: '127.0.0.1', PORT: '0', ADMIN_KEY: key });
  try {
    // Imported only when a service is needed.
    const { createApp } = await import('../app.js');
    const { Catalogue } = await import('../models/openrouter/catalogue.service.js');
    const app = await createApp();
    await app.listen(0, '127.0.0.1').catch(async (error: unknown) => {
      await app.close().catch(() => undefined);
      throw error;
    });
    app.useLogger(quietLog);
    app.flushLogs();
    // The next call needs the prices.
    await app.get(Catalogue).whenAsked();
    return { url: await app.getUrl(), key, stop: () => app.close() };
  } catch (error) {
    const hint = `If Parley is already running, give its address: --url http://127.0.0.1:${port}`;
    throw new Error(`${(error as Error).message}\n${hint}`, { cause: error });
  }
}

/** The database of DATABASE_URL, whose spill stays where it is configured, or the CSV log. */
async function logVariables(file: string | undefined): Promise<Record<string, string>> {
  if (file === undefined && databaseUrl() !== undefined) return {};
  return { CHAT_LOG_PATH: await logPath(file), DATABASE_URL: '' };
}

/** The report shows each failed chat; this logs only errors that concern all of them. */
const quietLog: LoggerService = {
  log: () => undefined,
  warn: () => undefined,
  error: (message: unknown) => {
    const text = typeof message === 'object' ? (message as { message?: unknown } | null)?.message : message;
    process.stderr.write(`${String(text)}\n`);
  },
};
