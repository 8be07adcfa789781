import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Settings } from '../../config/settings.js';
import { findNeighbours } from '../csv/log-neighbours.js';

/**
 * Where the service would look, were it started here: `--file`, the environment, `.env`, the default.
 * Throws where neither a log is nor anything that was once part of it.
 */
export async function logPath(file: string | undefined): Promise<string> {
  try {
    process.loadEnvFile();
  } catch {
    // No .env is no fault.
  }
  // An empty variable counts as not set, as in the service.
  const path = resolve([file, process.env.CHAT_LOG_PATH].find(Boolean) ?? new Settings().CHAT_LOG_PATH);
  if (existsSync(path)) return path;
  const { rotated, torn } = await findNeighbours(path).catch(() => ({ rotated: [], torn: [] }));
  if (rotated.length + torn.length === 0) throw new Error(`There is no log at ${path}`);
  return path;
}
