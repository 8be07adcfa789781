/*
 * "OpenAI-compatible" APIs refuse each other's fields, so each gets only those that it is known to accept. Sources:
 * test/providers/dialects.e2e-spec.ts.
 */

/** The options that an OpenAI-compatible API accepts, and its names for them. */
export interface Dialect {
  /** Options that it is known to accept; no others are sent. */
  readonly options: ReadonlySet<string>;
  /** Options with another name: OpenAI's name → its own. */
  readonly renamed: Readonly<Record<string, string>>;
  /** Its name for the maximum number of tokens in an answer. */
  readonly cap: 'max_tokens' | 'max_completion_tokens';
  /** Does it accept `stream_options`? Others send the counts anyway. */
  readonly takesStreamOptions: boolean;
  /** Does it know the role `developer`? Others get `system`. */
  readonly knowsDeveloper: boolean;
  /** Does it accept the `name` of a message? */
  readonly takesNames: boolean;
  /** Must ids of tool calls be nine letters and digits? */
  readonly hasShortCallIds: boolean;
  /** Must its reasoning before a tool call be sent back? */
  readonly wantsReasoning: boolean;
}

const words = (text: string): string[] => text.split(' ');

const FEW = words(
  'temperature top_p stop presence_penalty frequency_penalty response_format tools tool_choice',
);
const MOST = words('seed parallel_tool_calls reasoning_effort');
const PROBABILITIES = words('logit_bias logprobs top_logprobs');
const SAMPLERS = words('top_k min_p repetition_penalty');

/** For unknown providers: the long-standing fields of OpenAI's API. */
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

/** By the host of its URL if that is known, else by its configured name: a proxy may have any host. */
export function dialectOf(name: string, url: string): Dialect {
  const { hostname } = new URL(url);
  const known = BY_HOST.find(([host]) => host.test(hostname))?.[1] ?? name.replaceAll('-', '');
  return Object.hasOwn(DIALECTS, known) ? (DIALECTS[known] ?? USUAL) : USUAL;
}
