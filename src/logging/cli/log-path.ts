import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Settings } from '../../config/settings.js';
import { findNeighbours } from '../csv/log-neighbours.js';

/** Where `npm run demo` keeps its log. */
export const DEMO_LOG_PATH = 'demo_chat_logs.csv';

/**
 * The log that the service would use here: `--file`, the environment, `.env`, the default; or the demo's log if none of
 * these is given and only that exists. Throws if there is neither a log nor any former part of it.
 */
export async function logPath(file: string | undefined): Promise<string> {
  try {
    process.loadEnvFile();
  } catch {
    // A missing .env is not an error.
  }
  // An empty variable counts as not set, as in the service.
  const chosen = [file, process.env.CHAT_LOG_PATH].find(Boolean);
  const path = resolve(chosen ?? new Settings().CHAT_LOG_PATH);
  if (await isLog(path)) return path;
  const demo = resolve(DEMO_LOG_PATH);
  if (chosen !== undefined || !(await isLog(demo))) throw new Error(`There is no log at ${path}`);
  process.stderr.write(`There is no log at ${path}; this is the demo's, ${demo}\n`);
  return demo;
}

async function isLog(path: string): Promise<boolean> {
  if (existsSync(path)) return true;
  const { rotated, torn } = await findNeighbours(path).catch(() => ({ rotated: [], torn: [] }));
  return rotated.length + torn.length > 0;
}
