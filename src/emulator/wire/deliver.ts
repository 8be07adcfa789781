import type { Answer } from '../answers/answers.js';
import type { EmulatedModel } from '../state/catalogue.js';
import type { Exchange } from './exchange.js';
import { answerFrames, encodeFrame, type Frame } from './frames.js';
import type { Style } from './style.js';
import { foldFrames } from './whole-body.js';

/** One request that a model has accepted: all that is needed to answer it, well or badly. */
export interface Call {
  readonly exchange: Exchange;
  readonly model: EmulatedModel;
  readonly answer: Answer;
  readonly style: Style;
  /** The body of a reply that is no chat. */
  readonly whole?: object;
}

export type FrameTransform = (frames: Iterable<Frame>, style: Style) => Iterable<Frame>;

// Large enough to make an undelayed answer one write, small enough that a slow reader stops an endless one.
const batchChars = 16_384;

/** Sends the head of an answer. */
export function writeHead({ exchange, style }: Call, headers: object = {}, status = 200): void {
  exchange.answeredAt = performance.now();
  exchange.response.writeHead(status, {
    'Content-Type': style.stream ? 'text/event-stream' : 'application/json',
    'Cache-Control': 'no-cache',
    [style.openRouter ? 'X-Generation-Id' : 'X-Request-Id']: style.id,
    ...headers,
  });
}

/** Sends the answer in the form that was asked for, changed by `transform` where a fault asks for that. */
export async function deliver(call: Call, transform: FrameTransform = (frames) => frames): Promise<void> {
  const frames = transform(answerFrames(call.answer, call.style), call.style);
  await (call.style.stream ? writeStream(call, frames) : writeJson(call, frames));
}

async function writeJson(call: Call, frames: Iterable<Frame>): Promise<void> {
  const { exchange, answer, style, whole } = call;
  await exchange.wait(style.firstTokenMs + style.chunkMs * answer.pieces.length);
  if (exchange.gone) return;
  const { text, then, started, failed } = foldFrames(style, frames, whole);
  exchange.failed = failed;
  if (then === 'end') {
    writeHead(call, { 'Content-Length': Buffer.byteLength(text) });
    exchange.response.end(text);
    return;
  }
  writeHead(call);
  exchange.response.flushHeaders();
  if (started) await exchange.write(text.slice(0, text.length / 2));
  await exchange.interrupt(then);
}

async function writeStream(call: Call, frames: Iterable<Frame>): Promise<void> {
  const { exchange, style } = call;
  let batch = '';
  let pause = 0;
  const flush = async (): Promise<void> => {
    if (batch !== '') await exchange.write(batch);
    batch = '';
  };
  writeHead(call);
  for (const frame of frames) {
    const delay = frame.part === 'role' ? style.firstTokenMs : frame.part === 'content' ? pause : 0;
    if (delay > 0) {
      await flush();
      await (frame.part === 'role' ? waitForToken(call) : exchange.wait(delay));
    }
    // Whoever left meanwhile gets nothing more, and pays for nothing more.
    if (exchange.gone) return;
    if (frame.part === 'content' || frame.part === 'reasoning') exchange.tokensSent += frame.tokens ?? 1;
    if (frame.part === 'content') pause = style.chunkMs;
    batch += encodeFrame(style, frame);
    if (frame.then || batch.length >= batchChars) await flush();
    if (frame.then) {
      exchange.failed = frame.then === 'end';
      await exchange.interrupt(frame.then);
      return;
    }
  }
  if (!exchange.gone) exchange.response.end(batch);
}

async function waitForToken({ exchange, style }: Call): Promise<void> {
  const { commentEveryMs } = style;
  let left = style.firstTokenMs;
  while (commentEveryMs > 0 && left > commentEveryMs && !exchange.gone) {
    await exchange.wait(commentEveryMs);
    left -= commentEveryMs;
    await exchange.write(style.comment);
  }
  await exchange.wait(left);
}
