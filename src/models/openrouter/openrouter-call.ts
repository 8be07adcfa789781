import { Cancellation } from '../../common/cancellation.js';
import { Problem } from '../../common/problem.js';
import type { Settings } from '../../config/settings.js';
import { ModelError } from '../model.errors.js';
import type { ChatEvent, ChatEventBatch, ModelCall } from '../model.types.js';
import { addChunkEvents, parseChunk } from './chunk-events.js';
import { brokenAnswerError } from './connection-error.js';
import type { OpenRouterClient, UpstreamReply } from './openrouter.client.js';
import { SilenceTimer } from './silence-timer.js';
import { SseOverflowError, SseParser } from './sse-parser.js';
import type { UpstreamBody } from './upstream-body.js';
import { eventsOfWhole, isEventStream } from './whole-reply.js';

/** How long the counts that follow a finished answer are waited for. */
const USAGE_WAIT_MS = 2_000;
/** What ends the wait for them without taking anything from the answer. */
const TIMEOUTS: ReadonlySet<string> = new Set(['upstream_idle_timeout', 'total_timeout']);

const ENDED = { done: true, value: undefined } as const;

type Result = IteratorResult<ChatEventBatch, undefined>;

/**
 * One call of one slug, from the request to the last event. An iterator by hand, as each generator that a token passes
 * is 3 to 5 % of its cost. `next` is called once at a time.
 */
export class OpenRouterCall implements AsyncIterableIterator<ChatEventBatch, undefined> {
  private readonly attempt = new Cancellation();
  private readonly silence = new SilenceTimer(() => {
    this.attempt.abort(this.timeout());
  });
  private readonly parser: SseParser;
  private body: UpstreamBody | undefined;
  private finished = false;
  private answered = false;
  private done = false;
  private failure: Problem | undefined;
  private contentBytes = 0;

  constructor(
    private readonly client: OpenRouterClient,
    private readonly settings: Settings,
    private readonly call: ModelCall,
    private readonly chat: Cancellation,
  ) {
    this.parser = new SseParser(settings.RESPONSE_MAX_BYTES);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Result> {
    return this.body ? this.more(this.body) : this.begin();
  }

  return(): Promise<Result> {
    this.close();
    return Promise.resolve(ENDED);
  }

  private async begin(): Promise<Result> {
    if (this.chat.aborted) this.cancel();
    this.chat.onAbort(this.cancel);
    let reply: UpstreamReply;
    try {
      // One clock for all that comes before the first token: connection, headers, comments, drops of bytes.
      this.silence.start(this.settings.FIRST_TOKEN_TIMEOUT_MS);
      reply = await this.client.post(this.call, this.attempt);
      this.body = reply.body;
      if (!isEventStream(reply)) return { done: false, value: await this.whole(reply) };
    } catch (error) {
      this.close();
      throw error;
    }
    return this.more(reply.body);
  }

  /** The events of the next read that has some. What went wrong after them is thrown after them. */
  private async more(body: UpstreamBody): Promise<Result> {
    try {
      if (this.answered) this.silence.start(this.idleMs);
      const events: ChatEvent[] = [];
      while (!this.done && !this.failure) {
        let chunks: Buffer[] | undefined;
        try {
          chunks = await body.read();
        } catch (error) {
          this.throwUnlessFinished(error);
        }
        if (!chunks) break;
        this.failure = this.parse(chunks, events);
        // Counts without any content wait for it: alone they are no answer, and another slug may still give one.
        if (events.some(isContent) || (this.answered && events.length > 0)) {
          // No clock runs while the client takes its time to read.
          this.silence.pause();
          this.answered = true;
          return { done: false, value: events };
        }
      }
      if (this.failure) throw this.failure;
      if (!this.finished)
        throw new ModelError(this.done && !this.answered ? 'upstream_empty' : 'upstream_truncated');
    } catch (error) {
      this.close();
      throw error;
    }
    this.close();
    return ENDED;
  }

  private get idleMs(): number {
    const { IDLE_TIMEOUT_MS: idleMs } = this.settings;
    return this.finished ? Math.min(USAGE_WAIT_MS, idleMs) : idleMs;
  }

  private readonly cancel = (): void => {
    this.attempt.abort(this.chat.reason);
  };

  private close(): void {
    this.silence.stop();
    this.chat.offAbort(this.cancel);
    if (this.finished) this.body?.discard();
    else this.body?.cancel(new Error('The answer is not wanted any more.'));
  }

  /** Once the model said why it stopped, whatever breaks is the end as well. */
  private throwUnlessFinished(error: unknown): void {
    if (!this.finished || (error instanceof Problem && !TIMEOUTS.has(error.code)))
      throw brokenAnswerError(error);
  }

  /** Adds the events of these bytes to `events`. Returns what went wrong after them, if something did. */
  private parse(chunks: readonly Buffer[], events: ChatEvent[]): Problem | undefined {
    try {
      for (const chunk of chunks) {
        for (const { data } of this.parser.push(chunk)) {
          this.done = data === '[DONE]';
          if (this.done) return undefined;
          const known = events.length;
          addChunkEvents(parseChunk(data), events);
          for (let i = known; i < events.length; i++) this.count(events[i], data.length);
        }
      }
      return undefined;
    } catch (error) {
      if (error instanceof Problem) return error;
      if (error instanceof SseOverflowError) return new ModelError('response_too_large', { cause: error });
      throw error;
    }
  }

  /** Bounds what is kept of an answer. */
  private count(event: ChatEvent | undefined, sizeAsSent: number): void {
    if (event?.type === 'finish') this.finished = true;
    if (event?.type === 'usage') this.contentBytes += sizeAsSent;
    if (event?.type === 'delta') this.contentBytes += event.text.length;
    if (event?.type === 'delta' && event.extras) this.contentBytes += JSON.stringify(event.extras).length;
    if (event?.type === 'delta' && event.logprobs) this.contentBytes += JSON.stringify(event.logprobs).length;
    if (this.contentBytes > this.settings.RESPONSE_MAX_BYTES) throw new ModelError('response_too_large');
  }

  private async whole(reply: UpstreamReply): Promise<ChatEventBatch> {
    const events = await eventsOfWhole(reply, this.settings.RESPONSE_MAX_BYTES);
    this.finished = true;
    this.done = true;
    return events;
  }

  private timeout(): ModelError {
    return new ModelError(this.answered ? 'upstream_idle_timeout' : 'upstream_timeout');
  }
}

function isContent({ type }: ChatEvent): boolean {
  return type !== 'usage';
}
