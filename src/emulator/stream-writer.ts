import { bodyHeaders, type Call, type Pace } from './call.js';
import type { Exchange } from './exchange.js';
import { answerFrames, comment, type Frame, type FrameTransform } from './frames.js';
import { interrupt } from './interrupt.js';

// Large enough to make an undelayed answer one write, small enough that a slow reader stops an endless one.
const batchChars = 16_384;

/** Streams the answer at its pace, changed by `transform` where a fault asks for that. */
export async function writeStream(call: Call, transform?: FrameTransform): Promise<void> {
  const frames = answerFrames(call.encoder, call.answer, call.frameOptions);
  call.exchange.response.writeHead(200, bodyHeaders(call));
  await writeFrames(call, transform ? transform(frames, call.encoder) : frames);
}

async function writeFrames({ exchange, pace }: Call, frames: Iterable<Frame>): Promise<void> {
  let batch = '';
  let contentSent = false;
  for (const frame of frames) {
    if (exchange.gone) return;
    const delay = delayBefore(frame, pace, contentSent);
    if (delay > 0) {
      if (batch !== '') await exchange.write(batch);
      batch = '';
      await (frame.part === 'role' ? waitForToken(exchange, pace) : exchange.wait(delay));
    }
    contentSent ||= frame.part === 'content';
    batch += frame.text;
    if (frame.then) {
      await exchange.write(batch);
      await interrupt(exchange, frame.then);
      return;
    }
    if (batch.length >= batchChars) {
      await exchange.write(batch);
      batch = '';
    }
  }
  if (!exchange.gone) exchange.response.end(batch);
}

function delayBefore(frame: Frame, pace: Pace, contentSent: boolean): number {
  if (frame.part === 'role') return pace.firstTokenMs;
  return frame.part === 'content' && contentSent ? pace.chunkMs : 0;
}

async function waitForToken(exchange: Exchange, { firstTokenMs, commentEveryMs }: Pace): Promise<void> {
  let left = firstTokenMs;
  while (commentEveryMs > 0 && left > commentEveryMs && !exchange.gone) {
    await exchange.wait(commentEveryMs);
    left -= commentEveryMs;
    await exchange.write(comment.text);
  }
  await exchange.wait(left);
}
