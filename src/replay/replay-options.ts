import { parseArgs } from 'node:util';
import { UsageError } from '../logging/cli/command.js';
import { momentOf } from '../logging/dto/query-rules.js';

const CONCURRENCY_MAX = 64;
const STATUSES = ['ok', 'error', 'client_closed', 'interrupted'];

/** The log rows to send again. */
export interface RowChoice {
  /** Ids of rows; empty: the newest rows that match the filters. */
  readonly ids: readonly string[];
  /** Parameters of `GET /logs`. */
  readonly filters: Readonly<Record<string, string>>;
  /** Maximum number of rows. */
  readonly limit: number;
}

/** The model and the limits of the replay. */
export interface Terms {
  readonly model: string;
  /** Maximum number of tokens in an answer; null: the model's own limit. */
  readonly maxTokens: number | null;
}

export interface ReplayOptions {
  /** Undefined when resuming an interrupted replay, whose journal has its own. */
  readonly begin: { readonly terms: Terms; readonly choice: RowChoice } | undefined;
  readonly url: string | undefined;
  readonly key: string | undefined;
  /** The log of the service to start, if one is started. */
  readonly file: string | undefined;
  readonly concurrency: number;
  /** Prefix of the paths of the report's files. */
  readonly out: string;
  readonly yes: boolean;
}

const text = { type: 'string' } as const;
/** Options that an interrupted replay has already fixed. */
const DECIDED = ['model', 'from', 'to', 'was', 'status', 'limit', 'id', 'max-tokens'] as const;

/** Throws UsageError, or Node's own error of parseArgs. */
export function readOptions(args: string[]): ReplayOptions {
  const { values } = parseArgs({
    args,
    options: {
      ...{ model: text, from: text, to: text, was: text, status: text, limit: text, 'max-tokens': text },
      id: { type: 'string', multiple: true },
      ...{ url: text, key: text, file: text, concurrency: text, out: text },
      yes: { type: 'boolean', default: false },
      resume: { type: 'boolean', default: false },
    },
  });
  const decided = DECIDED.find((name) => values.resume && values[name] !== undefined);
  if (decided)
    throw new UsageError(`--resume keeps the original options: it cannot be combined with --${decided}.`);
  if (values.url !== undefined && !/^https?:\/\/[^/]/.test(values.url))
    throw new UsageError('--url must be an address such as http://127.0.0.1:8000');
  return {
    begin: values.resume ? undefined : begin(values, values.id ?? []),
    url: values.url,
    key: values.key,
    file: values.file,
    concurrency: count('concurrency', values.concurrency, CONCURRENCY_MAX) ?? 4,
    out: values.out ?? 'replay',
    yes: values.yes,
  };
}

type Texts = Partial<Record<Exclude<(typeof DECIDED)[number], 'id'>, string>>;

function begin(values: Texts, ids: readonly string[]): NonNullable<ReplayOptions['begin']> {
  const { model, status } = values;
  if (!model) throw new UsageError('Give the model with --model.');
  if (status !== undefined && !STATUSES.includes(status))
    throw new UsageError(`--status must be one of ${STATUSES.join(', ')}`);
  const filters = {
    ...(values.was !== undefined && { model: values.was }),
    ...(status !== undefined && { status }),
    ...moment('from', values.from),
    ...moment('to', values.to),
  };
  if (ids.length > 0 && Object.keys(filters).length > 0)
    throw new UsageError('Give either --id or filters, not both.');
  return {
    terms: { model, maxTokens: count('max-tokens', values['max-tokens'], 10_000_000) ?? null },
    choice: { ids, filters, limit: count('limit', values.limit, 100_000) ?? 100 },
  };
}

function moment(name: 'from' | 'to', value: string | undefined): Record<string, string> {
  if (value === undefined) return {};
  const time = momentOf(value);
  if (!time) throw new UsageError(`--${name} must be a time such as 2026-11-23 or 2026-11-23T17:20:47Z`);
  return { [name]: time.toISOString() };
}

function count(name: string, value: string | undefined, most: number): number | undefined {
  if (value === undefined) return undefined;
  const number = /^\d{1,9}$/.test(value) ? Number(value) : 0;
  if (number < 1 || number > most) throw new UsageError(`--${name} must be a whole number from 1 to ${most}`);
  return number;
}
