import type { UsageShape } from './frames.js';

export interface EmulatorOptions {
  /** 0: any free port. */
  readonly port: number;
  /** The only key that is accepted; any bearer if undefined. */
  readonly apiKey: string | undefined;
  /** From the request to the first token. */
  readonly firstTokenMs: number;
  /** From one token to the next; 0 writes them together. */
  readonly chunkMs: number;
  /** Pieces of a made-up answer; as many as it has tokens if undefined. */
  readonly chunks: number | undefined;
  /** `: OPENROUTER PROCESSING` lines sent with the headers. */
  readonly leadingComments: number;
  /** Further ones while the first token is awaited; 0 for none. */
  readonly commentEveryMs: number;
  readonly usageShape: UsageShape;
  /** How many of the last requests are kept for tests to read. */
  readonly keepRequests: number;
}

export const defaultOptions: EmulatorOptions = {
  port: 0,
  apiKey: undefined,
  firstTokenMs: 0,
  chunkMs: 0,
  chunks: undefined,
  leadingComments: 2,
  commentEveryMs: 0,
  usageShape: 'empty-choices',
  keepRequests: 100,
};
