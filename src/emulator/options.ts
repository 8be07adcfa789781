import type { UsageShape } from './wire/frames.js';
import type { Provider } from './wire/problem.js';

/** Where providers that say "OpenAI-compatible" differ; test/emulator/provider.e2e-spec.ts names who does it. */
export const quirks = [
  /** The stream ends without `[DONE]`. */
  'no-done',
  /** No usage, whatever was asked for. */
  'no-usage',
  /** Usage beside the finish reason, asked for or not. */
  'usage-with-finish',
  /** Usage inside `x_groq` of the last chunk. */
  'x-groq',
  /** 400 for a field that OpenAI does not know. */
  'strict',
  /** 422 for a field that Mistral does not know, `max_completion_tokens` and `stream_options` among them. */
  'forbid-extra',
  /** 400 for `max_tokens`. */
  'max-completion-tokens',
  /** Comment lines while the first token is awaited. */
  'keep-alive',
  /** Reasoning in `reasoning_content`. */
  'reasoning-content',
  /** `finish_reason: ""` where others say null. */
  'empty-finish-reason',
] as const;
export type Quirk = (typeof quirks)[number];

export interface EmulatorOptions {
  /** 0: any free port. */
  readonly port: number;
  /** OpenRouter, or a plain OpenAI-compatible provider. */
  readonly provider: Provider;
  /** Of a plain provider. */
  readonly quirks: readonly Quirk[];
  /** The only key that is accepted. If undefined, OpenRouter takes any bearer and a plain provider needs none. */
  readonly apiKey: string | undefined;
  /** Slugs listed in `GET /models` beside the known ones. */
  readonly models: readonly string[];
  /** Slugs that are refused as unknown; every other well-formed one is served. */
  readonly retired: readonly string[];
  /** From the request to the first token. */
  readonly firstTokenMs: number;
  /** From one token to the next; 0 writes them together. */
  readonly chunkMs: number;
  /** Pieces of a made-up answer; as many as it has tokens if undefined. */
  readonly chunks: number | undefined;
  /** Comment lines sent with the headers. */
  readonly leadingComments: number;
  /** Further ones while the first token is awaited; 0 for none. */
  readonly commentEveryMs: number;
  readonly usageShape: UsageShape;
  /** `GET /generation` is a 404 at so many looks, and until so long after the end of the answer. */
  readonly generationMisses: number;
  readonly generationDelayMs: number;
  /** How many of the last requests are kept for tests to read. */
  readonly keepRequests: number;
}

export const defaultOptions: EmulatorOptions = {
  port: 0,
  provider: 'openrouter',
  quirks: [],
  apiKey: undefined,
  models: [],
  // OpenRouter's catalogue no longer has it, so asking for it exercises the client's way of setting a slug aside.
  retired: ['mistralai/mistral-7b-instruct'],
  firstTokenMs: 0,
  chunkMs: 0,
  chunks: undefined,
  leadingComments: 2,
  commentEveryMs: 0,
  usageShape: 'empty-choices',
  generationMisses: 1,
  generationDelayMs: 0,
  keepRequests: 100,
};
