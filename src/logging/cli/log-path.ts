import { Settings } from '../../config/settings.js';

/** Where the service would look, were it started here: `--file`, the environment, `.env`, the default. */
export function logPath(file: string | undefined): string {
  try {
    process.loadEnvFile();
  } catch {
    // No .env is no fault.
  }
  // An empty variable counts as not set, as in the service.
  return [file, process.env.CHAT_LOG_PATH].find(Boolean) ?? new Settings().CHAT_LOG_PATH;
}
