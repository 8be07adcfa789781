import { parseArgs } from 'node:util';
import { parseFaultArgument, type FaultArgument } from './faults/fault-argument.js';
import { faultFields } from './faults.js';
import { defaultOptions, quirks, type EmulatorOptions } from './options.js';

export interface CommandLine {
  readonly help: boolean;
  readonly options: EmulatorOptions;
  /** For every call, or for successive calls where there are several steps. */
  readonly faults: readonly FaultArgument[];
}

type Read = (flag: string, value: string) => unknown;

const count: Read = (flag, value) => {
  if (!/^\d{1,9}$/.test(value)) throw new Error(`--${flag} must be a whole number`);
  return Number(value);
};
const text: Read = (_, value) => value;
const list: Read = (_, value) => value.split(',').filter((item) => item !== '');
const oneOf =
  (...words: readonly string[]): Read =>
  (flag, value) => {
    if (words.includes(value)) return value;
    throw new Error(`--${flag} must be ${words.join(' or ')}`);
  };
const quirkList: Read = (flag, value) =>
  (list(flag, value) as string[]).map((name) => oneOf(...quirks)(flag, name));

type Flag = readonly [
  flag: string,
  option: keyof EmulatorOptions,
  read: Read,
  placeholder: string,
  says: string,
];

const flags: readonly Flag[] = [
  ['port', 'port', count, 'N', 'port on 127.0.0.1; 0, the default: any free one'],
  [
    'provider',
    'provider',
    oneOf('openrouter', 'openai'),
    'NAME',
    'openrouter (default) or openai: any provider like it',
  ],
  ['quirks', 'quirks', quirkList, 'LIST', 'where a plain provider differs from OpenAI; names below'],
  ['key', 'apiKey', text, 'TEXT', 'the only key accepted; without it any bearer token is'],
  ['models', 'models', list, 'LIST', 'slugs to list in GET /models beside the known ones'],
  ['retired', 'retired', list, 'LIST', 'slugs to refuse; every other one is served'],
  ['first-token-ms', 'firstTokenMs', count, 'N', 'delay of the first token'],
  ['chunk-ms', 'chunkMs', count, 'N', 'delay between tokens; 0: all together'],
  ['chunks', 'chunks', count, 'N', 'pieces of an answer; without it as many as it has tokens'],
  ['comments', 'leadingComments', count, 'N', 'comment lines sent with the headers (2)'],
  [
    'comment-every-ms',
    'commentEveryMs',
    count,
    'N',
    'further ones while the first token is awaited; 0: none',
  ],
  [
    'usage-shape',
    'usageShape',
    oneOf('empty-choices', 'empty-delta'),
    'SHAPE',
    'last chunk with empty-choices (default) or empty-delta',
  ],
  ['generation-misses', 'generationMisses', count, 'N', 'looks at GET /generation that come too early (1)'],
  ['generation-delay-ms', 'generationDelayMs', count, 'N', 'time for which they all do'],
  ['keep', 'keepRequests', count, 'N', 'requests kept for GET /emulator/requests (100)'],
];

/** @throws Error with a sentence that says what is wrong */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const strings = Object.fromEntries(flags.map(([flag]) => [flag, { type: 'string' as const }]));
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...strings,
      help: { type: 'boolean', short: 'h' },
      fault: { type: 'string', multiple: true },
    },
    strict: true,
  });
  const given = flags.flatMap(([flag, option, read]) => {
    const value: unknown = values[flag as keyof typeof values];
    return typeof value === 'string' ? [[option, read(flag, value)] as const] : [];
  });
  return {
    help: values.help ?? false,
    options: { ...defaultOptions, ...(Object.fromEntries(given) as Partial<EmulatorOptions>) },
    faults: (values.fault ?? []).map(parseFaultArgument),
  };
}

const usage = flags.map(
  ([flag, , , placeholder, says]) => `  ${`--${flag} ${placeholder}`.padEnd(26)}${says}`,
);
const kinds = Object.entries(faultFields).map(([kind, fields]) =>
  `    ${kind}  ${Object.keys(fields).join(', ')}`.trimEnd(),
);

export const help = `OpenRouter, or a plain OpenAI-compatible provider, on loopback, for tests and demonstrations.

  node dist/emulator/main.js [options]

${usage.join('\n')}
  --fault SPEC              repeatable: slug=kind:value,field:value
                            one fault is for every call; several, separated by ";",
                            are for one call each, then all is well; slug * is any
  --help

  --fault 'mistralai/mistral-nemo=status:429,retry-after:2'
  --fault '*=reset:before-headers;stall:3;normal'
  --fault 'meta-llama/llama-3.1-8b-instruct=omit:usage+done'

  Quirks: ${quirks.join(', ')}

  Kinds of faults and their fields (the first one may follow the kind directly):
${kinds.join('\n')}
`;
