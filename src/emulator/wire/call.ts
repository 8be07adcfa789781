import type { Answer } from '../answers/answers.js';
import type { Exchange } from './exchange.js';
import type { Style } from './frames.js';
import type { Identity } from './style.js';

export interface Pace {
  readonly firstTokenMs: number;
  readonly chunkMs: number;
  readonly commentEveryMs: number;
}

/** One request that a model has accepted: all that is needed to answer it, well or badly. */
export interface Call {
  readonly exchange: Exchange;
  readonly identity: Identity;
  readonly answer: Answer;
  readonly style: Style;
  readonly stream: boolean;
  readonly pace: Pace;
  /** The body of a reply that is no chat. */
  readonly whole?: object;
  /** Told once when the head of an answer leaves. */
  readonly onAnswer: () => void;
}

/** Sends the head of an answer. */
export function writeHead(
  { exchange, stream, identity, style, onAnswer }: Call,
  headers: object = {},
  status = 200,
): void {
  const name = style.openRouter ? 'X-Generation-Id' : 'X-Request-Id';
  onAnswer();
  exchange.response.writeHead(status, {
    'Content-Type': stream ? 'text/event-stream' : 'application/json',
    'Cache-Control': 'no-cache',
    [name]: identity.id,
    ...headers,
  });
}
