import type { Call } from './call.js';
import type { FrameTransform } from './frames.js';
import { writeJson, type BodyTransform } from './json-writer.js';
import { writeStream } from './stream-writer.js';

/** A fault that leaves the connection alone and changes what is said on it, in either form of the answer. */
export interface AnswerFault {
  readonly frames: FrameTransform;
  readonly body: BodyTransform;
}

export async function deliver(call: Call, fault?: AnswerFault): Promise<void> {
  await (call.stream ? writeStream(call, fault?.frames) : writeJson(call, fault?.body));
}
