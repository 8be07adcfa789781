import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, ServerProcess } from './server-process.mjs';

const VERSION = '1.15.2';

/** With later ones, which npm would choose, all its streams fail (Portkey-AI/gateway issue 1389). */
const OVERRIDES = { '@hono/node-server': '1.13.8' };

/**
 * Portkey's gateway from npm, in a folder of its own, set up as its documentation says for a model behind a URL:
 * `npx @portkey-ai/gateway` (here without npx and its console), provider `openai`, `x-portkey-custom-host`. It keeps
 * no log, and is asked with `stream` only where the client wants a stream, as it passes on what it is asked.
 */
export async function portkeyServer(upstream, place) {
  const script = installed('build/start-server.js');
  const port = await freePort();
  const server = ServerProcess.start([script, `--port=${port}`, '--headless'], {
    cwd: place.folder,
    output: place.output,
    env: { NODE_ENV: 'production' },
  });
  await server.firstOk(`http://127.0.0.1:${port}/`);
  return {
    server,
    port,
    version: VERSION,
    headers: {
      authorization: 'Bearer bench',
      'x-portkey-provider': 'openai',
      'x-portkey-custom-host': upstream.url,
    },
  };
}

function installed(file) {
  const scratch = join(tmpdir(), 'parley-bench-peers');
  const home = join(scratch, 'node_modules/@portkey-ai/gateway');
  const manifest = join(home, 'package.json');
  if (!existsSync(manifest) || JSON.parse(readFileSync(manifest, 'utf8')).version !== VERSION) {
    mkdirSync(scratch, { recursive: true });
    writeFileSync(join(scratch, 'package.json'), JSON.stringify({ private: true, overrides: OVERRIDES }));
    const install = ['install', '--silent', '--no-audit', '--no-fund', `@portkey-ai/gateway@${VERSION}`];
    execFileSync('npm', install, { cwd: scratch });
  }
  return join(home, file);
}
