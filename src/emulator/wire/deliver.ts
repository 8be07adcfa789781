import { writeHead, type Call, type Pace } from './call.js';
import { answerFrames, encodeFrame, type Frame, type FrameTransform } from './frames.js';
import { foldFrames } from './whole-body.js';

// Large enough to make an undelayed answer one write, small enough that a slow reader stops an endless one.
const batchChars = 16_384;

/** Sends the answer in the form that was asked for, changed by `transform` where a fault asks for that. */
export async function deliver(call: Call, transform: FrameTransform = (frames) => frames): Promise<void> {
  const frames = transform(answerFrames(call.answer, call.style), call.style);
  await (call.stream ? writeStream(call, frames) : writeJson(call, frames));
}

async function writeJson(call: Call, frames: Iterable<Frame>): Promise<void> {
  const { exchange, pace, answer } = call;
  await exchange.wait(pace.firstTokenMs + pace.chunkMs * answer.pieces.length);
  if (exchange.gone) return;
  const { text, then, started, failed } = foldFrames(call, frames);
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
  const { exchange, pace, style } = call;
  let batch = '';
  let contentSent = false;
  writeHead(call);
  for (const frame of frames) {
    const delay = delayBefore(frame, pace, contentSent);
    if (delay > 0) {
      if (batch !== '') await exchange.write(batch);
      batch = '';
      await (frame.part === 'role' ? waitForToken(call) : exchange.wait(delay));
    }
    // Whoever left meanwhile gets nothing more, and pays for nothing more.
    if (exchange.gone) return;
    if (frame.part === 'content' || frame.part === 'reasoning') exchange.piecesSent += 1;
    contentSent ||= frame.part === 'content';
    batch += encodeFrame(style, frame);
    if (frame.then || batch.length >= batchChars) {
      await exchange.write(batch);
      batch = '';
    }
    if (frame.then) {
      exchange.failed = frame.then === 'end';
      await exchange.interrupt(frame.then);
      return;
    }
  }
  if (!exchange.gone) exchange.response.end(batch);
}

function delayBefore(frame: Frame, pace: Pace, contentSent: boolean): number {
  if (frame.part === 'role') return pace.firstTokenMs;
  return frame.part === 'content' && contentSent ? pace.chunkMs : 0;
}

async function waitForToken({ exchange, pace, style }: Call): Promise<void> {
  const { firstTokenMs, commentEveryMs } = pace;
  let left = firstTokenMs;
  while (commentEveryMs > 0 && left > commentEveryMs && !exchange.gone) {
    await exchange.wait(commentEveryMs);
    left -= commentEveryMs;
    await exchange.write(encodeFrame(style, style.comment));
  }
  await exchange.wait(left);
}
