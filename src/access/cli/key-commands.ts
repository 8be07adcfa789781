import { parseArgs } from 'node:util';
import { ROLES, type Role } from '../../common/access.decorator.js';
import { UsageError } from '../../logging/cli/command.js';
import { textTable } from '../../logging/cli/text-table.js';
import { createKey, revokeKey, rotateKey } from '../keys/key-changes.js';
import type { KeyStore } from '../keys/key-store.js';
import { formatBudget, parseBudget, parseDuration, parseMoment } from '../keys/key-terms.js';
import type { Key, KeyTerms } from '../keys/key.js';

export interface OpenKeys {
  /** A human-readable location: the path, or the database. */
  readonly place: string;
  readonly store: KeyStore;
  readonly close: () => Promise<void>;
}
type Open = (file: string | undefined) => Promise<OpenKeys>;

const text = { type: 'string' } as const;
const DAY = '24h';

/** The commands of `npm run keys`. Results go to stdout, everything else to stderr. */
export class KeyCommands {
  constructor(private readonly open: Open) {}

  async create(args: string[]): Promise<boolean> {
    const { values } = parseArgs({
      args,
      options: {
        ...{ name: text, role: text, models: text, rpm: text, tpm: text, concurrency: text },
        ...{ budget: text, expires: text, file: text },
      },
    });
    const terms = termsOf(values);
    const issued = createKey(terms, new Date());
    await this.with(values.file, async ({ place, store }) => {
      if (terms.models) await warnOfUnknown(terms.models);
      await store.add(issued.key);
      say(`Made key ${issued.key.id} for ${terms.name} (${terms.role}), kept in ${place} as a digest.`);
    });
    say('This is the only time that it is shown:');
    process.stdout.write(`${issued.text}\n`);
    return true;
  }

  async list(args: string[]): Promise<boolean> {
    const { values } = parseArgs({
      args,
      options: { json: { type: 'boolean', default: false }, file: text },
    });
    const { place, keys } = await this.with(values.file, ({ place, store }) =>
      Promise.resolve({ place, keys: store.list() }),
    );
    if (values.json) {
      for (const { digest: _digest, former: _former, ...shown } of keys)
        process.stdout.write(`${JSON.stringify(shown)}\n`);
    } else if (keys.length === 0) say(`There are no keys in ${place}.`);
    else process.stdout.write(table(keys));
    return true;
  }

  async rotate(args: string[]): Promise<boolean> {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { grace: text, file: text },
    });
    const graceMs = parsed('grace', values.grace ?? DAY, parseDuration, 'a time such as 24h, 30m or 0');
    let issued = '';
    await this.update(values.file, idIn(positionals), (key) => {
      const rotated = rotateKey(key, graceMs, new Date());
      issued = rotated.text;
      return rotated.key;
    });
    say(`The former secret is refused ${graceMs > 0 ? `in ${values.grace ?? DAY}` : 'from now on'}.`);
    process.stdout.write(`${issued}\n`);
    return true;
  }

  async revoke(args: string[]): Promise<boolean> {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { file: text } });
    const id = idIn(positionals);
    await this.update(values.file, id, (key) => revokeKey(key, new Date()));
    say(`Revoked key ${id}.`);
    return true;
  }

  private update(file: string | undefined, id: string, change: (key: Key) => Key): Promise<void> {
    return this.with(file, async ({ store }) => {
      if (!(await store.update(id, change))) throw new Error(`There is no key ${id}; list shows them.`);
    });
  }

  private async with<T>(file: string | undefined, work: (keys: OpenKeys) => Promise<T>): Promise<T> {
    const keys = await this.open(file);
    try {
      return await work(keys);
    } finally {
      await keys.close();
    }
  }
}

/** Only a warning, because a running service may have other variables than this terminal. */
async function warnOfUnknown(models: readonly string[]): Promise<void> {
  // Models are loaded only if the key is limited to some.
  const { configuredModels } = await import('./configured-models.js');
  const known = configuredModels(process.env);
  const anySlug = process.env.OPENROUTER_ANY_MODEL === '1';
  const unknown = models.filter((name) => !known.includes(name) && !(anySlug && name.includes('/')));
  if (unknown.length > 0)
    say(`Warning: there is no model ${unknown.join(', ')} here. Known models: ${known.sort().join(', ')}.`);
}

function idIn([id, ...more]: readonly string[]): string {
  if (id === undefined || more.length > 0) throw new UsageError('Give one id, as `list` shows it.');
  return id;
}

function termsOf(values: Partial<Record<string, string>>): KeyTerms {
  const { name = '', role = 'chat' } = values;
  if (name.trim() === '' || name.length > 200) throw new UsageError('--name must have 1 to 200 characters.');
  if (!ROLES.includes(role as Role)) throw new UsageError(`--role must be one of ${ROLES.join(', ')}.`);
  return {
    name,
    role: role as Role,
    models: values.models?.split(',').map((model) => model.trim()) ?? null,
    rpm: count('rpm', values.rpm),
    tpm: count('tpm', values.tpm),
    concurrency: count('concurrency', values.concurrency),
    budget: optional('budget', values.budget, parseBudget, '5/day, 20/month or 100'),
    expiresAt: optional('expires', values.expires, parseMoment, 'a date such as 2027-01-01'),
  };
}

function count(name: string, value: string | undefined): number | null {
  const read = (digits: string): number | undefined =>
    /^\d{1,12}$/.test(digits) ? Number(digits) : undefined;
  return optional(name, value, read, 'a whole number');
}

function optional<T>(
  name: string,
  value: string | undefined,
  read: (value: string) => T | undefined,
  rule: string,
): T | null {
  return value === undefined ? null : parsed(name, value, read, rule);
}

function parsed<T>(name: string, value: string, read: (value: string) => T | undefined, rule: string): T {
  const result = read(value);
  if (result === undefined) throw new UsageError(`--${name} must be ${rule}.`);
  return result;
}

function table(keys: readonly Key[]): string {
  const names = ['id', 'name', 'role', 'models', 'rpm', 'tpm', 'parallel', 'budget', 'expires', 'state'];
  return textTable(
    names,
    keys.map((key) => [
      ...[key.id, key.name, key.role, key.models?.join(',') ?? null, key.rpm, key.tpm, key.concurrency],
      ...[key.budget && formatBudget(key.budget), key.expiresAt?.slice(0, 10) ?? null, stateOf(key)],
    ]),
  );
}

function stateOf({ revokedAt, expiresAt }: Key): string {
  if (revokedAt !== null) return `revoked ${revokedAt.slice(0, 10)}`;
  return expiresAt !== null && Date.parse(expiresAt) <= Date.now() ? 'expired' : 'active';
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
