/** Where providers that say "OpenAI-compatible" differ; test/emulator/provider.e2e-spec.ts names who does it. */
export const quirks = [
  'no-done', // the stream ends without `[DONE]`
  'no-usage', // none, whatever was asked for
  'usage-with-finish', // usage beside the finish reason, asked for or not
  'x-groq', // usage inside `x_groq` of the last chunk
  'strict', // 400 for a field that OpenAI does not know
  'forbid-extra', // 422 for a field that Mistral does not know, `max_completion_tokens` among them
  'max-completion-tokens', // 400 for `max_tokens`
  'keep-alive', // comment lines while the first token is awaited
  'reasoning-content', // reasoning in `reasoning_content`
  'empty-finish-reason', // `finish_reason: ""` where others say null
] as const;
export type Quirk = (typeof quirks)[number];

/** One option: its name on the command line, how it is read there, its default and its explanation. */
interface Option<T> {
  readonly flag: string;
  /** @throws Error with a sentence that says what is wrong */
  readonly read: (value: string) => T;
  readonly usual: T;
  readonly says: string;
}

function count<U extends number | undefined>(flag: string, usual: U, says: string): Option<number | U> {
  const read = (value: string) => {
    if (!/^\d{1,9}$/.test(value)) throw new Error(`--${flag} must be a whole number`);
    return Number(value);
  };
  return { flag, read, usual, says };
}

function word<const T extends string>(flag: string, words: readonly [T, ...T[]], says: string): Option<T> {
  return { flag, read: (value) => oneOf(flag, words, value), usual: words[0], says };
}

function oneOf<T extends string>(flag: string, words: readonly T[], value: string): T {
  const found = words.find((known) => known === value);
  if (found === undefined) throw new Error(`--${flag} must be ${words.join(' or ')}`);
  return found;
}

function list(flag: string, usual: readonly string[], says: string): Option<readonly string[]> {
  return { flag, read: (value) => value.split(',').filter((item) => item !== ''), usual, says };
}

const quirkNames = list('quirks', [], 'where a plain provider differs from OpenAI; names below');

export const optionTable = {
  port: count('port', 0, 'port on 127.0.0.1; 0: any free one'),
  provider: word(
    'provider',
    ['openrouter', 'openai'],
    'openrouter, or openai: any provider that speaks like it',
  ),
  quirks: {
    ...quirkNames,
    usual: [] as readonly Quirk[],
    read: (value: string) => quirkNames.read(value).map((name) => oneOf('quirks', quirks, name)),
  },
  apiKey: {
    flag: 'key',
    read: (value: string) => value,
    usual: undefined as string | undefined,
    says: 'the only key accepted; without it any bearer token is, and a plain provider needs none',
  },
  models: list('models', [], 'slugs that GET /models lists too'),
  // OpenRouter's catalogue no longer has it, so asking for it exercises the client's way of setting a slug aside.
  retired: list(
    'retired',
    ['mistralai/mistral-7b-instruct'],
    'slugs that are refused; every other one is served',
  ),
  firstTokenMs: count('first-token-ms', 0, 'delay of the first token'),
  chunkMs: count('chunk-ms', 0, 'delay between tokens; 0: all together'),
  chunks: count('chunks', undefined, 'pieces of an answer; without it as many as it has tokens'),
  leadingComments: count('comments', 2, 'comment lines sent with the headers'),
  commentEveryMs: count('comment-every-ms', 0, 'further ones while the first token is awaited; 0: none'),
  // As documented (`empty-choices`), or as seen in the field in 2025 (`empty-delta`).
  usageShape: word(
    'usage-shape',
    ['empty-choices', 'empty-delta'],
    'the last chunk: empty-choices or empty-delta',
  ),
  generationMisses: count('generation-misses', 1, 'looks at GET /generation that come too early'),
  generationDelayMs: count('generation-delay-ms', 0, 'time after the end of an answer for which they all do'),
  keepRequests: count('keep', 100, 'requests kept for GET /emulator/requests'),
};

type Table = typeof optionTable;
export type EmulatorOptions = {
  readonly [K in keyof Table]: Table[K]['usual'] | ReturnType<Table[K]['read']>;
};

export const defaultOptions = Object.fromEntries(
  Object.entries(optionTable).map(([name, { usual }]) => [name, usual]),
) as EmulatorOptions;
