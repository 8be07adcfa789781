import { resolve } from 'node:path';
import { command, UsageError } from '../../logging/cli/command.js';
import { Settings } from '../../config/settings.js';
import { FileKeyStore } from '../keys/file-key.store.js';
import { keysPath } from '../keys/key-store.provider.js';
import { PostgresKeyStore } from '../postgres/postgres-key.store.js';
import { KeyCommands, type OpenKeys } from './key-commands.js';

const USAGE = `Keys of clients. As soon as one exists, every request needs one.

  npm run keys -- create --name alice     makes a key and prints it, this once
      --role chat|reader|admin            chat (default): chats, own rows · reader: the whole log · admin: everything
      --models mistral,llama              only these names of models
      --rpm 60 --tpm 100000               chats, and tokens, a minute
      --concurrency 8                     chats at the same time
      --budget 5/day|20/month|100         US dollars; days and months are those of UTC
      --expires 2027-01-01                refused from then on
  npm run keys -- list [--json]           all keys, without their secrets
  npm run keys -- rotate ID [--grace 24h] a new secret; the old one lives for so long (24h; 0: not at all)
  npm run keys -- revoke ID               refused from now on

  --file path                             the keys; else those of DATABASE_URL, else CHAT_KEYS_PATH, else chat_keys.json
                                          beside the log
A running service follows within a second. The key alone goes to standard output: KEY=$(npm run -s keys -- create …)
`;

const DATABASE_TIMEOUT_MS = 10_000;

/** The key store of a service with these variables, unless a file is named. */
async function openKeys(file: string | undefined): Promise<OpenKeys> {
  try {
    process.loadEnvFile();
  } catch {
    // A missing .env is not an error.
  }
  const { DATABASE_URL: url = '', CHAT_KEYS_PATH = '', CHAT_LOG_PATH } = process.env;
  if (url !== '' && file === undefined) {
    const store = await PostgresKeyStore.open(url, DATABASE_TIMEOUT_MS);
    return { place: 'the database', store, close: () => store.close() };
  }
  const given = file ?? CHAT_KEYS_PATH;
  const log = [CHAT_LOG_PATH].find(Boolean) ?? new Settings().CHAT_LOG_PATH;
  const path = given === '' ? keysPath({ CHAT_KEYS_PATH: '', CHAT_LOG_PATH: log }) : resolve(given);
  return { place: path, store: await FileKeyStore.open(path), close: () => Promise.resolve() };
}

async function run(): Promise<boolean> {
  const [verb = '', ...rest] = process.argv.slice(2);
  const commands = new KeyCommands(openKeys);
  if (verb === 'create') return commands.create(rest);
  if (verb === 'list') return commands.list(rest);
  if (verb === 'rotate') return commands.rotate(rest);
  if (verb === 'revoke') return commands.revoke(rest);
  throw new UsageError(verb === '' ? 'Say what to do.' : `There is no command ${JSON.stringify(verb)}.`);
}

void command(USAGE, run);
