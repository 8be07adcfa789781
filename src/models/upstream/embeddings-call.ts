import type { Settings } from '../../config/settings.js';
import { ModelError } from '../model.errors.js';
import type { ChatEvent, ChatEventBatch, ModelCall } from '../model.types.js';
import { embeddingEvents } from './embedding-events.js';
import { SilenceTimer } from './silence-timer.js';
import type { UpstreamClient } from './upstream.client.js';
import { GenerationId } from './usage.js';
import { readWhole } from './whole-reply.js';

/** One call of one slug for the vectors of its messages. They arrive in one piece, so nothing is streamed. */
export class EmbeddingsCall {
  constructor(
    private readonly client: UpstreamClient,
    private readonly settings: Settings,
  ) {}

  /** Throws a ModelError, or the reason of `signal`. */
  async *events(call: ModelCall, signal: AbortSignal): AsyncGenerator<ChatEventBatch, void, undefined> {
    signal.throwIfAborted();
    const { client, settings } = this;
    const request = client.newRequest('embeddings');
    const cancel = (): void => {
      request.abort(signal.reason as Error);
    };
    const silence = new SilenceTimer(() => {
      request.abort(new ModelError('upstream_timeout'));
    });
    signal.addEventListener('abort', cancel);
    try {
      silence.start(settings.FIRST_TOKEN_TIMEOUT_MS);
      const reply = await client.post(request, call, bodyOf(call));
      const { sentAt, headers } = reply.head;
      const generation = new GenerationId(client.endpoint.hasBills);
      const head: ChatEvent[] = [{ type: 'sent', at: sentAt }];
      generation.note(headers['x-generation-id'], head);
      yield head;
      const events: ChatEvent[] = [];
      await readWhole(reply, settings.RESPONSE_MAX_BYTES, (body) => {
        events.push(...embeddingEvents(body, call.messages.length, generation));
      });
      yield events;
    } finally {
      silence.stop();
      signal.removeEventListener('abort', cancel);
      request.abort(new Error('The vectors are not wanted any more.'));
    }
  }
}

function bodyOf({ upstreamModel, messages, options }: ModelCall): string {
  return JSON.stringify({ ...options, model: upstreamModel, input: messages.map(({ content }) => content) });
}
