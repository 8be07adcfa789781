import type { HttpService } from '@nestjs/axios';
import type { ModelCall } from '../model.types.js';
import { connectionError } from './connection-error.js';
import { UpstreamConnections } from './upstream-connections.js';
import type { UpstreamReply } from './upstream-reply.js';
import { UpstreamRequest, type UpstreamTarget } from './upstream-request.js';

/** One API that speaks OpenAI's chat completions, and what it wants to hear. */
export interface Endpoint {
  /** Of the API, e.g. `https://openrouter.ai/api/v1`. */
  readonly url: string;
  /** Sent with every call. Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body of a call, as JSON. */
  bodyOf(call: ModelCall): string;
  /** Can the bill of an answer be asked for by its id? */
  readonly hasBills?: true;
}

/** Always a stream, so that a client that leaves stops the spending (faults.md F12). */
const HEADERS = {
  'content-type': 'application/json',
  accept: 'text/event-stream',
  // A compressed answer can be cut without any error, and a decoder is an attack surface (faults.md F1, F2).
  'accept-encoding': 'identity',
};

/** Speaks HTTP with one endpoint. The only file that knows axios, beside its adapter. */
export class UpstreamClient {
  private readonly connections: UpstreamConnections;
  private readonly chats: UpstreamTarget;
  private readonly embeddings: UpstreamTarget;

  constructor(
    private readonly http: HttpService,
    readonly endpoint: Endpoint,
    connectTimeoutMs: number,
  ) {
    this.connections = new UpstreamConnections(connectTimeoutMs);
    const { origin, pathname, search } = new URL(endpoint.url);
    const base = pathname.replace(/\/+$/, '');
    const headers = { ...HEADERS, ...endpoint.headers };
    this.chats = { origin, path: `${base}/chat/completions${search}`, headers };
    const whole = { ...headers, accept: 'application/json' };
    this.embeddings = { origin, path: `${base}/embeddings${search}`, headers: whole };
    clear(http.axiosRef.defaults);
  }

  /** A request that can be aborted even before it is sent. */
  newRequest(what: 'chats' | 'embeddings'): UpstreamRequest {
    return new UpstreamRequest(this.connections, this[what]);
  }

  /** Resolves with the head of the reply, whatever its status. Rejects with a ModelError, or why `request` was aborted. */
  async post(
    request: UpstreamRequest,
    call: ModelCall,
    body = this.endpoint.bodyOf(call),
  ): Promise<UpstreamReply> {
    try {
      const { data } = await this.http.axiosRef.request<UpstreamReply>({
        data: body,
        adapter: request.adapter,
        // Only if there are any: axios merges each field that is there.
        ...(call.traceparent && { headers: traceHeaders(call) }),
      });
      return data;
    } catch (error) {
      throw connectionError(request.reason ?? error);
    }
  }

  async close(): Promise<void> {
    await this.connections.destroy();
  }
}

function traceHeaders({ traceparent, tracestate }: ModelCall): Record<string, string | undefined> {
  return tracestate === undefined ? { traceparent } : { traceparent, tracestate };
}

/**
 * axios merges its defaults into every call, and runs their transformers, which parse the JSON that we have just made:
 * with none of them a call costs 12 instead of 28 µs. Nothing of them is needed: a request has one URL, one method
 * and bodies ready to send, and every status is an answer. Not even the method, as a post would get a content type that
 * is not ours. In place, as the instance keeps this very object.
 */
function clear(defaults: object): void {
  for (const name of Object.keys(defaults)) Reflect.deleteProperty(defaults, name);
}
