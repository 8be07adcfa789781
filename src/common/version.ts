import { readFileSync } from 'node:fs';

/** Version of this service, from package.json. */
export const VERSION = readVersion();

function readVersion(): string {
  // Two levels up, in src/ as in dist/.
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
