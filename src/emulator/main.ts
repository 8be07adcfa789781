import { help, parseCommandLine } from './command-line.js';
import { Emulator } from './emulator.js';

try {
  const { help: wanted, options, faults } = parseCommandLine(process.argv.slice(2));
  if (wanted) console.log(help);
  else {
    const emulator = await Emulator.start(options);
    for (const { slug, steps } of faults) {
      const [only, ...more] = steps;
      if (only && more.length === 0) emulator.always(slug, only);
      else emulator.script(slug, steps);
    }
    const variable = options.provider === 'openrouter' ? 'OPENROUTER_BASE_URL' : 'PROVIDER_EMULATOR_URL';
    console.log(`${variable}=${emulator.url}`);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void emulator.close());
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
