import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Emulator } from './emulator.js';
import { findPort } from './demo/free-port.js';
import { ServiceProcess, waitUntilHealthy } from './demo/service-process.js';

const host = '127.0.0.1';
const startTimeoutMs = 30_000;
const stopGraceMs = 10_000;
// Its own file, under a name that is no part of a real log: made-up answers must never get between real ones.
const logPath = 'demo_chat_logs.csv';

function startService(emulator: Emulator, port: number): ServiceProcess {
  return new ServiceProcess(fileURLToPath(new URL('../main.js', import.meta.url)), {
    ...process.env,
    HOST: host,
    PORT: String(port),
    CHAT_LOG_PATH: logPath,
    OPENROUTER_API_KEY: 'demo-key-that-opens-nothing',
    OPENROUTER_BASE_URL: emulator.url,
  });
}

function welcome(base: string): string {
  const curl = (model: string, prompt: string) =>
    `  curl -s ${base}/chat -H 'Content-Type: application/json' -d '${JSON.stringify({ prompt, model })}'`;
  return `
Parley runs at ${base}, in front of an emulated OpenRouter: no key, no network, made-up answers.

  ${base}/docs     try every route
  ${base}/models   the models and how they are
  ${path.resolve(logPath)}   every exchange

${curl('mistral', 'What is a parley?')}
${curl('llama', 'Who are you?')}

Ctrl-C ends both.
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
async function attend(service: ServiceProcess, base: string): Promise<Ending> {
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
    console.log(welcome(base));
  } catch (error) {
    if (!starting.signal.aborted)
      return { exitCode: 1, reason: `The service did not start: ${String(error)}` };
  }
  return ending;
}

async function run(): Promise<void> {
  const emulator = await Emulator.start({ firstTokenMs: 250, chunkMs: 25 });
  const port = await findPort(host, 8000);
  const service = startService(emulator, port);
  const kill = () => {
    service.kill();
  };
  process.once('exit', kill);
  const { exitCode, reason } = await attend(service, `http://${host}:${port}`);
  console.log(reason);
  // Whoever asks a second time does not want to wait for answers under way.
  onStopSignal(kill);
  await service.stop(stopGraceMs);
  await emulator.close();
  process.exitCode = exitCode;
}

await run();
