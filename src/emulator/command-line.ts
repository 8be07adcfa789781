import { parseArgs } from 'node:util';
import { parseFaultArgument, type FaultArgument } from './fault-argument.js';
import { defaultOptions, type EmulatorOptions } from './options.js';
import { faultFields } from './step-fields.js';

export interface CommandLine {
  readonly help: boolean;
  readonly options: EmulatorOptions;
  /** For every call, or for successive calls where there are several steps. */
  readonly faults: readonly FaultArgument[];
}

const flags = {
  help: { type: 'boolean', short: 'h' },
  port: { type: 'string' },
  key: { type: 'string' },
  'first-token-ms': { type: 'string' },
  'chunk-ms': { type: 'string' },
  chunks: { type: 'string' },
  comments: { type: 'string' },
  'comment-every-ms': { type: 'string' },
  'usage-shape': { type: 'string' },
  keep: { type: 'string' },
  fault: { type: 'string', multiple: true },
} as const;

/** @throws Error with a sentence that says what is wrong */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { values } = parseArgs({ args: [...args], options: flags, strict: true });
  return {
    help: values.help ?? false,
    options: {
      port: readCount('port', values.port) ?? defaultOptions.port,
      apiKey: values.key,
      firstTokenMs: readCount('first-token-ms', values['first-token-ms']) ?? defaultOptions.firstTokenMs,
      chunkMs: readCount('chunk-ms', values['chunk-ms']) ?? defaultOptions.chunkMs,
      chunks: readCount('chunks', values.chunks),
      leadingComments: readCount('comments', values.comments) ?? defaultOptions.leadingComments,
      commentEveryMs:
        readCount('comment-every-ms', values['comment-every-ms']) ?? defaultOptions.commentEveryMs,
      usageShape: readShape(values['usage-shape']),
      keepRequests: readCount('keep', values.keep) ?? defaultOptions.keepRequests,
    },
    faults: (values.fault ?? []).map(parseFaultArgument),
  };
}

function readCount(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{1,9}$/.test(value)) throw new Error(`--${name} must be a whole number`);
  return Number(value);
}

function readShape(value: string | undefined): EmulatorOptions['usageShape'] {
  if (value === undefined) return defaultOptions.usageShape;
  if (value === 'empty-choices' || value === 'empty-delta') return value;
  throw new Error('--usage-shape must be empty-choices or empty-delta');
}

export const help = `OpenRouter on loopback, for tests and demonstrations.

  node dist/emulator/main.js [options]

  --port N              port on 127.0.0.1; 0, the default: any free one
  --key TEXT            the only key accepted; without it any bearer token is
  --first-token-ms N    delay of the first token
  --chunk-ms N          delay between tokens; 0: all together
  --chunks N            pieces of an answer; without it as many as it has tokens
  --comments N          comment lines sent with the headers (2)
  --comment-every-ms N  further ones while the first token is awaited; 0: none
  --usage-shape SHAPE   last chunk with empty-choices (default) or empty-delta
  --keep N              requests kept for GET /emulator/requests (100)
  --fault SPEC          repeatable: slug=kind:value,field:value
                        one fault is for every call; several, separated by ";",
                        are for one call each, then all is well; slug * is any
  --help

  --fault 'mistralai/mistral-nemo=status:429,retry-after:2'
  --fault '*=reset:before-headers;stall:3;normal'
  --fault 'meta-llama/llama-3.1-8b-instruct=omit:usage+done'

  Kinds and their fields (the first one may follow the kind directly):
${Object.entries(faultFields)
  .map(([kind, fields]) => `    ${kind}  ${Object.keys(fields).join(', ')}`.trimEnd())
  .join('\n')}
`;
