import { HttpService } from '@nestjs/axios';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { AxiosAdapter } from 'axios';
import { Agent } from 'undici';
import { Settings } from '../../config/settings.js';
import type { ModelCall } from '../model.types.js';
import { connectionError } from './connection-error.js';
import { undiciAdapter } from './undici-adapter.js';
import type { UpstreamBody } from './upstream-body.js';

export interface UpstreamReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: UpstreamBody;
}

/** Speaks HTTP with OpenRouter. The only file that knows axios. */
@Injectable()
export class OpenRouterClient implements OnApplicationShutdown {
  private readonly agent: Agent;
  private readonly adapter: AxiosAdapter;
  private readonly url: string;
  private readonly headers: Readonly<Record<string, string>>;

  constructor(
    private readonly http: HttpService,
    settings: Settings,
  ) {
    this.url = `${settings.OPENROUTER_BASE_URL.replace(/\/+$/, '')}/chat/completions`;
    this.agent = new Agent({ connect: { timeout: settings.CONNECT_TIMEOUT_MS } });
    this.adapter = undiciAdapter(this.agent);
    this.headers = {
      authorization: `Bearer ${settings.OPENROUTER_API_KEY}`,
      'content-type': 'application/json',
      accept: 'text/event-stream',
      // A compressed answer can be cut without any error, and a decoder is an attack surface (faults.md F1, F2).
      'accept-encoding': 'identity',
      'x-openrouter-title': 'Parley',
    };
  }

  /** Resolves with the head of the reply, whatever its status. Rejects with a ModelError, or the reason of `signal`. */
  async post(call: ModelCall, signal: AbortSignal): Promise<UpstreamReply> {
    try {
      const { status, headers, data } = await this.http.axiosRef.request<UpstreamBody>({
        url: this.url,
        method: 'post',
        headers: call.traceparent ? { ...this.headers, traceparent: call.traceparent } : this.headers,
        data: requestBody(call),
        signal,
        adapter: this.adapter,
        validateStatus: null,
      });
      return { status, headers: headers as UpstreamReply['headers'], body: data };
    } catch (error) {
      // axios puts an error of its own in place of the reason.
      throw connectionError(signal.aborted ? signal.reason : error);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }
}

/**
 * Always a stream, so that a client that leaves stops the spending (faults.md F12). Prompts are never shortened
 * behind the client's back: OpenRouter's context compression, on by default for small contexts, is off.
 */
function requestBody({ upstreamModel, messages, options }: ModelCall): string {
  return JSON.stringify({
    ...options,
    model: upstreamModel,
    messages,
    stream: true,
    stream_options: { include_usage: true },
    plugins: [{ id: 'context-compression', enabled: false }],
  });
}
