import { readFileSync } from 'node:fs';

/** Of this service, as package.json has it. */
export const VERSION = readVersion();

function readVersion(): string {
  // Two levels up from here in src/ as in dist/.
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
