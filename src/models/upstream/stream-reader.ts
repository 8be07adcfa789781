import { Problem } from '../../common/problem.js';
import { ModelError } from '../model.errors.js';
import type { ChatEvent } from '../model.types.js';
import { ChunkReader } from './chunk-reader.js';
import { asRecord, parseChunk } from './json-values.js';
import { SseOverflowError, SseParser } from './sse-parser.js';
import type { GenerationId } from './usage.js';

/**
 * Converts the bytes of a stream to events, and tracks the state of the answer. Once the model has reported why it
 * stopped, the answer is complete: what follows may add to it, but errors in it do no harm.
 */
export class StreamReader {
  /** Has the model reported why it stopped? */
  finished = false;
  /** Have counts arrived? */
  counted = false;
  /** No more of the stream is needed: after `[DONE]`, or after the counts that follow the finish. */
  ended = false;
  private readonly sse: SseParser;
  private readonly chunks = new ChunkReader();
  private keptBytes = 0;

  /** `maxBytes` limits an event of the stream, and the stored part of the answer. */
  constructor(
    private readonly maxBytes: number,
    private readonly generation: GenerationId,
  ) {
    this.sse = new SseParser(maxBytes);
  }

  /** Adds the events of these bytes to `into`. Returns the failure after them, if it affects the answer. */
  read(reads: readonly Buffer[], into: ChatEvent[]): Problem | undefined {
    try {
      for (const bytes of reads) {
        for (const { data } of this.sse.push(bytes)) {
          this.readData(data.trim(), into);
          if (this.ended) return undefined;
        }
      }
      return undefined;
    } catch (error) {
      this.ended = true;
      return this.finished ? undefined : problemOf(error);
    }
  }

  private readData(data: string, into: ChatEvent[]): void {
    if (data === '') return;
    if (data === '[DONE]') {
      this.ended = true;
      return;
    }
    const wasFinished = this.finished;
    const known = into.length;
    let failure: Error | undefined;
    try {
      const chunk = parseChunk(data);
      this.generation.note(asRecord(chunk).id, into);
      this.chunks.read(chunk, into);
    } catch (error) {
      failure = error as Error;
    }
    for (let i = known; i < into.length; i++) {
      this.note(into[i], data);
      if (wasFinished && into[i]?.type === 'usage') this.ended = true;
    }
    if (failure && !wasFinished) throw failure;
  }

  /** Limits the stored part of an answer. */
  private note(event: ChatEvent | undefined, data: string): void {
    if (event?.type === 'finish') this.finished = true;
    if (event?.type === 'usage') {
      this.counted = true;
      this.keptBytes += Buffer.byteLength(data);
    }
    if (event?.type === 'delta') {
      this.keptBytes += Buffer.byteLength(event.text);
      if (event.extras) this.keptBytes += jsonBytes(event.extras);
      if (event.logprobs) this.keptBytes += jsonBytes(event.logprobs);
    }
    if (this.keptBytes > this.maxBytes) throw new ModelError('response_too_large');
  }
}

function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof SseOverflowError) return new ModelError('response_too_large', { cause: error });
  throw error;
}
