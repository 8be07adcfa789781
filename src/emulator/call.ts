import type { Answer } from './answers.js';
import type { Exchange } from './exchange.js';
import type { FrameEncoder, FrameOptions, Identity } from './frames.js';

export interface Pace {
  readonly firstTokenMs: number;
  readonly chunkMs: number;
  readonly commentEveryMs: number;
}

/** One completion that a model has accepted: all that is needed to answer it, well or badly. */
export interface Call {
  readonly exchange: Exchange;
  readonly identity: Identity;
  readonly encoder: FrameEncoder;
  readonly answer: Answer;
  readonly stream: boolean;
  readonly pace: Pace;
  readonly frameOptions: FrameOptions;
}

export function bodyHeaders({ stream, identity }: Call): Record<string, string> {
  return {
    'Content-Type': stream ? 'text/event-stream' : 'application/json',
    'Cache-Control': 'no-cache',
    'X-Generation-Id': identity.id,
  };
}
