import { parseArgs } from 'node:util';
import { parseFaultArgument } from './faults/fault-argument.js';
import { faultFields } from './faults.js';
import { defaultOptions, optionTable, quirks, type EmulatorOptions } from './options.js';

const table = Object.entries(optionTable);

/** @throws Error with a sentence that says what is wrong */
export function parseCommandLine(args: readonly string[]) {
  const texts = Object.fromEntries(table.map(([, { flag }]) => [flag, { type: 'string' as const }]));
  const own = { help: { type: 'boolean', short: 'h' }, fault: { type: 'string', multiple: true } } as const;
  const { values } = parseArgs({ args: [...args], options: { ...texts, ...own }, strict: true });
  const given: Readonly<Record<string, unknown>> = values;
  const read = table.flatMap(([name, { flag, read }]) => {
    const value = given[flag];
    return typeof value === 'string' ? [[name, read(value)]] : [];
  });
  const options: EmulatorOptions = { ...defaultOptions, ...(Object.fromEntries(read) as object) };
  return { help: values.help ?? false, options, faults: (values.fault ?? []).map(parseFaultArgument) };
}

const lines = table.map(([, { flag, usual, says }]) => {
  const standard = typeof usual === 'string' || typeof usual === 'number' ? ` (${usual})` : '';
  return `  ${`--${flag} VALUE`.padEnd(28)}${says}${standard}`;
});
const kinds = Object.entries(faultFields).map(
  ([kind, fields]) => `    ${kind}  ${Object.keys(fields).join(', ')}`,
);

export const help = `OpenRouter, or a plain OpenAI-compatible provider, on loopback, for tests and demonstrations.

  node dist/emulator/main.js [options]

${lines.join('\n')}
  --fault SPEC                repeatable: slug=kind:value,field:value
                              one fault is for every call; several, separated by ";",
                              are for one call each, then all is well; slug * is any
  --help

  --fault 'mistralai/mistral-nemo=status:429,retry-after:2'
  --fault '*=reset:before-headers;stall:3;normal'
  --fault 'meta-llama/llama-3.1-8b-instruct=omit:usage+done'

  Quirks: ${quirks.join(', ')}

  Kinds of faults and their fields (the first one may follow the kind directly):
${kinds.map((line) => line.trimEnd()).join('\n')}
`;
