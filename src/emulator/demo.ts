import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { configuredSlugs, redirectedProviders, servedSlugs } from './demo/configured.js';
import { choosePort } from './demo/port.js';
import { ServiceProcess, waitUntilHealthy } from './demo/service-process.js';
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

function loadSettings(): void {
  try {
    process.loadEnvFile();
  } catch {
    // No .env, or none that can be read: the service says so where it matters.
  }
  Object.assign(process.env, failoverVariables);
}

interface Welcome {
  readonly base: string;
  readonly emulators: readonly Emulator[];
}

function welcome({ base, emulators }: Welcome): string {
  const curl = (model: string, prompt: string) =>
    `  curl -s ${base}/chat -H 'Content-Type: application/json' -d '${JSON.stringify({ prompt, model })}'`;
  const [openRouter, provider] = emulators.map(({ url }) => url);
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

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function onStopSignal(listener: () => void): void {
  for (const signal of stopSignals) process.once(signal, listener);
}

interface Ending {
  readonly exitCode: number;
  readonly reason: string;
}

/** Resolves when the demo has to end: somebody stopped it, or the service is gone or never came. */
async function attend(service: ServiceProcess, { base, emulators }: Welcome): Promise<Ending> {
  const stopped = new Promise<Ending>((resolve) => {
    onStopSignal(() => {
      resolve({ exitCode: 0, reason: 'Stopping.' });
    });
  });
  const died = service.ended.then((how) => ({ exitCode: 1, reason: `The service ${how}.` }));
  const ending = Promise.race([stopped, died]);
  const starting = new AbortController();
  void ending.then(() => {
    starting.abort();
  });
  try {
    await waitUntilHealthy(`${base}/health`, startTimeoutMs, starting.signal);
    const models: unknown = await (await fetch(`${base}/models`, { signal: starting.signal })).json();
    for (const slug of servedSlugs(models))
      for (const emulator of emulators) emulator.model(slug, { listed: true });
    console.log(welcome({ base, emulators }));
  } catch (error) {
    if (!starting.signal.aborted)
      return { exitCode: 1, reason: `The service did not start: ${String(error)}` };
  }
  return ending;
}

async function startEmulators(): Promise<Emulator[]> {
  const models = configuredSlugs(process.env);
  const openRouter = await Emulator.start({ ...pace, models });
  openRouter.always('demo/always-down', { kind: 'status', status: 503 });
  return [openRouter, await Emulator.start({ ...pace, models, provider: 'openai' })];
}

async function run(): Promise<void> {
  loadSettings();
  const port = await choosePort(host, process.env.PORT);
  const emulators = await startEmulators();
  const [openRouter, provider] = emulators.map(({ url }) => url);
  const service = new ServiceProcess(fileURLToPath(new URL('../main.js', import.meta.url)), {
    ...process.env,
    ...redirectedProviders(process.env, provider ?? ''),
    HOST: host,
    PORT: String(port),
    CHAT_LOG_PATH: logPath,
    CHAT_KEYS_PATH: keysPath,
    ADMIN_KEY: '',
    OPENROUTER_API_KEY: 'demo-key-that-opens-nothing',
    OPENROUTER_BASE_URL: openRouter,
  });
  const kill = () => {
    service.kill();
  };
  process.once('exit', kill);
  const { exitCode, reason } = await attend(service, { base: `http://${host}:${port}`, emulators });
  console.log(reason);
  // Whoever asks a second time does not want to wait for answers under way.
  onStopSignal(kill);
  await service.stop(stopGraceMs);
  for (const emulator of emulators) await emulator.close();
  process.exitCode = exitCode;
}

try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
