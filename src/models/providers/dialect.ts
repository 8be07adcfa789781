/*
 * APIs that say "OpenAI-compatible" refuse each other's fields, so each is sent what it is known to take. The sources are
 * named in test/providers/dialects.e2e-spec.ts.
 */

/** What an API of OpenAI's kind takes, and how it wants it said. */
export interface Dialect {
  /** Options that it is known to take: no other is sent. */
  readonly options: ReadonlySet<string>;
  /** Where it has a name of its own for one: OpenAI's name → its own. */
  readonly renamed: Readonly<Record<string, string>>;
  /** Its name for the most tokens of an answer. */
  readonly cap: 'max_tokens' | 'max_completion_tokens';
  /** Does it take `stream_options`? Those that do not, send the counts unasked. */
  readonly takesStreamOptions: boolean;
  /** Does it know the role `developer`? To others it is `system`. */
  readonly knowsDeveloper: boolean;
  /** Does it take the `name` of a message? */
  readonly takesNames: boolean;
  /** Must ids of tool calls be nine letters and digits? */
  readonly hasShortCallIds: boolean;
  /** Does it want back what it thought before a tool call? */
  readonly wantsReasoning: boolean;
}

const words = (text: string): string[] => text.split(' ');

const FEW = words(
  'temperature top_p stop presence_penalty frequency_penalty response_format tools tool_choice',
);
const MOST = words('seed parallel_tool_calls reasoning_effort');
const PROBABILITIES = words('logit_bias logprobs top_logprobs');
const SAMPLERS = words('top_k min_p repetition_penalty');

/** Of whoever is not known: OpenAI's fields that have been there for long. */
const USUAL: Dialect = {
  options: new Set([...FEW, ...MOST, ...PROBABILITIES, 'user']),
  renamed: {},
  cap: 'max_tokens',
  takesStreamOptions: true,
  knowsDeveloper: false,
  takesNames: true,
  hasShortCallIds: false,
  wantsReasoning: false,
};

const OPENAI = words('service_tier prompt_cache_key safety_identifier prediction modalities audio verbosity');

const DIALECTS: Readonly<Record<string, Dialect>> = {
  openai: {
    ...USUAL,
    options: new Set([...USUAL.options, ...OPENAI, 'web_search_options']),
    cap: 'max_completion_tokens',
    knowsDeveloper: true,
  },
  groq: {
    ...USUAL,
    options: new Set([...FEW, ...MOST, 'user', 'service_tier']),
    cap: 'max_completion_tokens',
    takesNames: false,
  },
  mistral: {
    ...USUAL,
    options: new Set([...FEW, 'seed', 'parallel_tool_calls', 'prediction']),
    renamed: { seed: 'random_seed' },
    takesStreamOptions: false,
    takesNames: false,
    hasShortCallIds: true,
  },
  deepseek: {
    ...USUAL,
    options: new Set([...FEW, 'reasoning_effort', 'logprobs', 'top_logprobs']),
    wantsReasoning: true,
  },
  // Its `logprobs` is a number.
  together: { ...USUAL, options: new Set([...FEW, ...MOST, ...SAMPLERS, 'logit_bias']) },
  ollama: { ...USUAL, options: new Set([...FEW, 'seed', 'reasoning_effort', 'logprobs', 'top_logprobs']) },
  vllm: { ...USUAL, options: new Set([...USUAL.options, ...SAMPLERS]) },
  llamacpp: {
    ...USUAL,
    options: new Set([...USUAL.options, ...SAMPLERS]),
    renamed: { repetition_penalty: 'repeat_penalty' },
  },
};

const BY_HOST: readonly (readonly [RegExp, string])[] = [
  [/(^|\.)openai\.(com|azure\.com)$/, 'openai'],
  [/(^|\.)groq\.com$/, 'groq'],
  [/(^|\.)mistral\.ai$/, 'mistral'],
  [/(^|\.)deepseek\.com$/, 'deepseek'],
  [/(^|\.)together\.(xyz|ai)$/, 'together'],
  [/(^|\.)ollama\.com$/, 'ollama'],
];

/** By the host of its URL where that is known, else by the name that its operator gave it: a proxy in front has any host. */
export function dialectOf(name: string, url: string): Dialect {
  const { hostname } = new URL(url);
  const known = BY_HOST.find(([host]) => host.test(hostname))?.[1] ?? name.replaceAll('-', '');
  return Object.hasOwn(DIALECTS, known) ? (DIALECTS[known] ?? USUAL) : USUAL;
}
