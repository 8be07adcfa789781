import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const SYSTEM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** No page of a test needs the network, a sandbox inside a container, or a graphics card. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** A Chromium of the system, else the one that comes as a package: Node and npm are enough to run these tests. */
export function launchBrowser() {
  const system = SYSTEM.find((path) => existsSync(path));
  const { path, args } = system ? { path: system, args: [] } : packaged();
  return chromium.launch({ executablePath: path, args: [...args, ...ARGUMENTS], timeout: 60_000 });
}

/** Asked in a process of its own: the package is an ES module, which Jest cannot load on Node 20. */
function packaged() {
  const program = `import chromium from '@sparticuz/chromium';
    process.stdout.write(JSON.stringify({ path: await chromium.executablePath(), args: chromium.args }));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return JSON.parse(output);
}
