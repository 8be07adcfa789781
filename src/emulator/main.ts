import { help, parseCommandLine, type CommandLine } from './command-line.js';
import { Emulator } from './emulator.js';

async function run({ options, faults }: CommandLine): Promise<void> {
  const emulator = await Emulator.start(options);
  for (const { slug, steps } of faults) {
    const [only, ...more] = steps;
    if (only && more.length === 0) emulator.always(slug, only);
    else emulator.script(slug, steps);
  }
  const variable = options.provider === 'openrouter' ? 'OPENROUTER_BASE_URL' : 'PROVIDER_EMULATOR_URL';
  console.log(`${variable}=${emulator.url}`);
  const stop = () => void emulator.close();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

try {
  const commandLine = parseCommandLine(process.argv.slice(2));
  if (commandLine.help) console.log(help);
  else await run(commandLine);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
