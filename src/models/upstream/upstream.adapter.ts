import type { Settings } from '../../config/settings.js';
import { ModelAdapter } from '../model.adapter.js';
import type { ChatEventBatch, ModelCall } from '../model.types.js';
import { EmbeddingsCall } from './embeddings-call.js';
import { UpstreamCall } from './upstream-call.js';
import type { UpstreamClient } from './upstream.client.js';

/** Models behind any API that implements OpenAI's chat completions. */
export class UpstreamAdapter extends ModelAdapter {
  constructor(
    override readonly provider: string,
    private readonly client: UpstreamClient,
    private readonly settings: Settings,
  ) {
    super();
  }

  override stream(call: ModelCall, signal: AbortSignal): AsyncIterable<ChatEventBatch> {
    return new UpstreamCall(this.client, this.settings).events(call, signal);
  }

  override embed(call: ModelCall, signal: AbortSignal): AsyncIterable<ChatEventBatch> {
    return new EmbeddingsCall(this.client, this.settings).events(call, signal);
  }

  override slugOf(upstreamModel: string): string {
    return `${upstreamModel}@${this.provider}`;
  }
}
