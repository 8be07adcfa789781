import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { ForeignProcess, freePort } from './server-process.mjs';

const VERSION = 'v1.2.21';
const MODULE = 'github.com/maximhq/bifrost/transports/bifrost-http';

/**
 * Bifrost from the Go module proxy, built with `go install`, set up as its documentation says for a `config.json`: the
 * provider `openai` with another base URL, its log of requests (SQLite) on.
 */
export async function bifrostServer(upstream, place) {
  const program = installed();
  const port = await freePort();
  const config = {
    client: { enable_logging: true, drop_excess_requests: false, initial_pool_size: 300 },
    providers: {
      openai: {
        keys: [{ name: 'bench', value: 'bench', models: [], weight: 1 }],
        // It adds `/v1/chat/completions`.
        network_config: { base_url: upstream.url.replace(/\/v1$/, '') },
        concurrency_and_buffer_size: { concurrency: 1_000, buffer_size: 5_000 },
      },
    },
    config_store: { enabled: false },
    logs_store: { enabled: true, type: 'sqlite', config: { path: join(place.folder, 'logs.db') } },
  };
  writeFileSync(join(place.folder, 'config.json'), JSON.stringify(config, undefined, 1));
  const args = ['-app-dir', place.folder, '-host', '127.0.0.1', '-port', String(port)];
  const server = ForeignProcess.run(program, args, { cwd: place.folder, output: place.output });
  await server.firstOk(`http://127.0.0.1:${port}/health`);
  return { server, port, version: VERSION, model: 'openai/mistralai/ministral-8b-2512', headers: {} };
}

function installed() {
  if (process.platform !== 'linux') throw new Error('the CPU of a program is only read on Linux');
  const home = join(tmpdir(), 'parley-bench-peers', `bifrost-${VERSION}`);
  const program = join(home, 'bifrost-http');
  if (!existsSync(program)) {
    mkdirSync(home, { recursive: true });
    execFileSync('go', ['install', `${MODULE}@${VERSION}`], {
      env: { ...process.env, GOBIN: home, GOFLAGS: '' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  }
  return program;
}
