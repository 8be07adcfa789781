import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { configuredSlugs, redirectedProviders, servedSlugs } from './demo/configured.js';
import { choosePort, ServiceProcess, waitUntilHealthy } from './demo/service-process.js';
import { Emulator } from './emulator.js';

const host = '127.0.0.1';
const startTimeoutMs = 30_000;
const stopGraceMs = 10_000;
// Its own file, under a name that is no part of a real log: made-up answers must never get between real ones.
const logPath = 'demo_chat_logs.csv';
// The same for keys: those of a real service stay out of it, so that the demo asks for none.
const keysPath = 'demo_chat_keys.json';
const pace = { firstTokenMs: 250, chunkMs: 25 };

// Shows failover from OpenRouter to another provider within one request.
const failoverVariables = {
  MODEL_FAILOVER: 'demo/always-down, spare-model@spare',
  PROVIDER_SPARE_URL: 'set below',
};

function welcome(base: string, openRouter: string, provider: string): string {
  const curl = (model: string, prompt: string) =>
    `  curl -s ${base}/chat -H 'Content-Type: application/json' -d '${JSON.stringify({ prompt, model })}'`;
  return `
Parley runs at ${base}, in front of an emulated OpenRouter: no key, no network, made-up answers.

  ${base}/         the page: chat, log, figures, models
  ${base}/docs     try every route
  ${base}/models   the models and how they are
  ${openRouter}   the emulated OpenRouter
  ${provider}       an emulated provider beside it
  ${path.resolve(logPath)}   every exchange; CHAT_LOG_PATH=${logPath} npm run stats

${curl('mistral', 'What is a parley?')}
${curl('llama', 'Who are you?')}
${curl('failover', 'Who answers when OpenRouter is down?')}
Ctrl-C ends everything.
`;
}

function onStopSignal(listener: () => void): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, listener);
}

async function run(): Promise<void> {
  Object.assign(process.env, failoverVariables);
  const port = await choosePort(host, process.env.PORT);
  const base = `http://${host}:${port}`;
  const models = configuredSlugs(process.env);
  const openRouter = await Emulator.start({ ...pace, models });
  openRouter.always('demo/always-down', { kind: 'status', status: 503 });
  const provider = await Emulator.start({ ...pace, models, provider: 'openai' });
  const service = new ServiceProcess(fileURLToPath(new URL('../main.js', import.meta.url)), {
    ...process.env,
    ...redirectedProviders(process.env, provider.url),
    HOST: host,
    PORT: String(port),
    CHAT_LOG_PATH: logPath,
    CHAT_KEYS_PATH: keysPath,
    ADMIN_KEY: '',
    OPENROUTER_API_KEY: 'demo-key-that-opens-nothing',
    OPENROUTER_BASE_URL: openRouter.url,
  });
  const kill = () => {
    service.kill();
  };
  process.once('exit', kill);

  // Aborted, with a sentence, when somebody stops the demo or the service is gone.
  const ending = new AbortController();
  const end = (exitCode: number, reason: string) => {
    process.exitCode ??= exitCode;
    ending.abort(reason);
  };
  onStopSignal(() => {
    end(0, 'Stopping.');
  });
  void service.ended.then((how) => {
    end(1, `The service ${how}.`);
  });
  const { signal } = ending;
  try {
    await waitUntilHealthy(`${base}/health`, startTimeoutMs, signal);
    const served: unknown = await (await fetch(`${base}/models`, { signal })).json();
    for (const slug of servedSlugs(served))
      for (const emulator of [openRouter, provider]) emulator.model(slug, { listed: true });
    console.log(welcome(base, openRouter.url, provider.url));
  } catch (error) {
    end(1, `The service did not start: ${String(error)}`);
  }
  if (!signal.aborted) await once(signal, 'abort');
  console.log(signal.reason);
  // Whoever asks a second time does not want to wait for answers under way.
  onStopSignal(kill);
  await service.stop(stopGraceMs);
  await Promise.all([openRouter.close(), provider.close()]);
}

try {
  process.loadEnvFile();
} catch {
  // No .env, or none that can be read: the service says so where it matters.
}
try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
