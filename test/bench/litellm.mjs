import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { ForeignProcess, freePort } from './server-process.mjs';

/** The last one seen whose parts are all on PyPI here. */
const VERSION = '1.99.4';
const MODEL = 'mistralai/ministral-8b-2512';

/**
 * LiteLLM's proxy from PyPI, in a virtual environment, set up as its documentation says for an OpenAI-compatible URL
 * ("Production Best Practices": a master key, one worker for a core, JSON logs). Its log is a JSON line for each
 * request on standard output; the table of spend wants PostgreSQL and an engine of Prisma, and is off.
 */
export async function litellmServer(upstream, place) {
  const program = installed();
  const port = await freePort();
  const key = 'sk-bench-0123456789';
  const config = {
    model_list: [
      {
        model_name: MODEL,
        litellm_params: { model: `openai/${MODEL}`, api_key: 'bench', api_base: upstream.url },
      },
    ],
    general_settings: { master_key: key },
    litellm_settings: { json_logs: true, request_timeout: 600 },
  };
  const file = join(place.folder, 'config.yaml');
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(config, undefined, 1));
  const server = ForeignProcess.run(
    program,
    ['--config', file, '--host', '127.0.0.1', '--port', String(port)],
    {
      cwd: place.folder,
      output: place.output,
      // Prices come with the package, not from GitHub at every start.
      env: { HOME: place.folder, LITELLM_MODE: 'PRODUCTION', LITELLM_LOCAL_MODEL_COST_MAP: 'True' },
    },
  );
  await server.firstOk(`http://127.0.0.1:${port}/health/liveliness`);
  return { server, port, version: VERSION, model: MODEL, headers: { authorization: `Bearer ${key}` } };
}

function installed() {
  if (process.platform !== 'linux') throw new Error('the CPU of a program is only read on Linux');
  const home = join(tmpdir(), 'parley-bench-peers', `litellm-${VERSION}`);
  const program = join(home, 'bin/litellm');
  if (!existsSync(program)) {
    mkdirSync(home, { recursive: true });
    const quiet = { stdio: ['ignore', 'ignore', 'pipe'] };
    execFileSync('python3', ['-m', 'venv', home], quiet);
    const install = ['install', '--quiet', '--disable-pip-version-check', `litellm[proxy]==${VERSION}`];
    execFileSync(join(home, 'bin/pip'), install, quiet);
  }
  return program;
}
