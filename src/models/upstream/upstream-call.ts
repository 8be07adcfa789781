import type { Settings } from '../../config/settings.js';
import { ModelError } from '../model.errors.js';
import { isContent, type ChatEvent, type ChatEventBatch, type ModelCall } from '../model.types.js';
import { completionEvents } from './chunk-reader.js';
import { brokenAnswerError } from './connection-error.js';
import { asRecord } from './json-values.js';
import { SilenceTimer } from './silence-timer.js';
import { StreamReader } from './stream-reader.js';
import type { ReplyHead, UpstreamReply } from './upstream-reply.js';
import type { UpstreamClient } from './upstream.client.js';
import type { UpstreamRequest } from './upstream-request.js';
import { GenerationId } from './usage.js';
import { isEventStream, readWhole } from './whole-reply.js';

/** How long to wait for the counts after a finished answer, and for better ones if some came with it. */
const COUNTS_WAIT_MS = 2_000;
const BETTER_COUNTS_WAIT_MS = 250;

/** One call of one slug, from the request to the last event. */
export class UpstreamCall {
  private readonly request: UpstreamRequest;
  private readonly silence = new SilenceTimer(() => {
    this.request.abort(new ModelError(this.answered ? 'upstream_idle_timeout' : 'upstream_timeout'));
  });
  private readonly generation: GenerationId;
  private readonly reader: StreamReader;
  private answered = false;

  constructor(
    private readonly client: UpstreamClient,
    private readonly settings: Settings,
  ) {
    this.request = client.newRequest('chats');
    this.generation = new GenerationId(client.endpoint.hasBills);
    this.reader = new StreamReader(settings.RESPONSE_MAX_BYTES, this.generation);
  }

  /** One generator, because each that a token passes costs time. Throws a ModelError, or the reason of `signal`. */
  async *events(call: ModelCall, signal: AbortSignal): AsyncGenerator<ChatEventBatch, void, undefined> {
    signal.throwIfAborted();
    const cancel = (): void => {
      this.request.abort(signal.reason as Error);
    };
    signal.addEventListener('abort', cancel);
    const { reader, silence } = this;
    let reply: UpstreamReply | undefined;
    try {
      // One timer for everything before the first token: connection, headers, comments, slow bytes.
      silence.start(this.settings.FIRST_TOKEN_TIMEOUT_MS);
      reply = await this.client.post(this.request, call);
      let events = this.eventsOfHead(reply.head);
      if (!isEventStream(reply.head)) {
        await readWhole(reply, this.settings.RESPONSE_MAX_BYTES, (body) => {
          this.generation.note(asRecord(body).id, events);
          events.push(...completionEvents(body));
          if (!events.some(({ type }) => type === 'finish')) throw new ModelError('upstream_truncated');
        });
        reader.finished = true;
        yield events;
        return;
      }
      if (!reply.hasBytes) {
        yield events;
        events = [];
      }
      while (!reader.ended) {
        let reads: Buffer[] | undefined;
        try {
          reads = await reply.read();
        } catch (error) {
          if (!reader.finished) throw brokenAnswerError(error);
        }
        if (!reads) break;
        const failure = reader.read(reads, events);
        this.answered ||= events.some(isContent);
        // Counts wait for content: alone they are not an answer, and another slug may still give one.
        const ready = this.answered ? events : events.filter(({ type }) => type !== 'usage');
        if (ready.length > 0) {
          // No timer runs while the client is slow to read.
          if (this.answered) silence.pause();
          yield ready;
          if (this.answered) silence.start(this.waitMs);
          events = this.answered ? [] : events.filter(({ type }) => type === 'usage');
        }
        if (failure) throw failure;
      }
      if (!reader.finished)
        throw new ModelError(reader.ended && !this.answered ? 'upstream_empty' : 'upstream_truncated');
    } finally {
      silence.stop();
      signal.removeEventListener('abort', cancel);
      if (reader.finished) reply?.discard();
      else this.request.abort(new Error('The answer is not wanted any more.'));
    }
  }

  private eventsOfHead({ sentAt, headers }: ReplyHead): ChatEvent[] {
    const events: ChatEvent[] = [{ type: 'sent', at: sentAt }];
    this.generation.note(headers['x-generation-id'], events);
    return events;
  }

  /** Time to wait for the next event. */
  private get waitMs(): number {
    const { IDLE_TIMEOUT_MS: idleMs } = this.settings;
    if (!this.reader.finished) return idleMs;
    return Math.min(idleMs, this.reader.counted ? BETTER_COUNTS_WAIT_MS : COUNTS_WAIT_MS);
  }
}
