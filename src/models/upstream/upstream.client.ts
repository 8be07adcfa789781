import type { HttpService } from '@nestjs/axios';
import type { ModelCall } from '../model.types.js';
import { connectionError } from './connection-error.js';
import { UpstreamConnections } from './upstream-connections.js';
import type { UpstreamReply } from './upstream-reply.js';
import { UpstreamRequest, type UpstreamTarget } from './upstream-request.js';

/** An API that implements OpenAI's chat completions, and how to call it. */
export interface Endpoint {
  /** Base URL of the API, e.g. `https://openrouter.ai/api/v1`. */
  readonly url: string;
  /** Sent with every call. Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body of a call, as JSON. */
  bodyOf(call: ModelCall): string;
  /** Can the bill of an answer be requested by its id? */
  readonly hasBills?: true;
}

/** Always a stream, so that the cost stops when a client disconnects (faults.md F12). */
const HEADERS = {
  'content-type': 'application/json',
  accept: 'text/event-stream',
  // A compressed answer can be cut without an error, and a decoder is an attack surface (faults.md F1, F2).
  'accept-encoding': 'identity',
};

/** HTTP client for one endpoint. The only file that uses axios, besides its adapter. */
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

  /** Resolves with the reply, whatever its status. Rejects with a ModelError, or the reason that aborted `request`. */
  async post(
    request: UpstreamRequest,
    call: ModelCall,
    body = this.endpoint.bodyOf(call),
  ): Promise<UpstreamReply> {
    try {
      const { data } = await this.http.axiosRef.request<UpstreamReply>({
        data: body,
        adapter: request.adapter,
        // Set only if needed: axios merges each field that is set.
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
 * axios merges its defaults into every call, and runs their transformers, which parse the JSON that we have just
 * written: without them a call costs 12 instead of 28 µs. None is needed: a request has one URL, one method and a
 * finished body, and every status is an answer. The method goes too, or a post would get another content type. Clears
 * in place, because the instance keeps this object.
 */
function clear(defaults: object): void {
  for (const name of Object.keys(defaults)) Reflect.deleteProperty(defaults, name);
}
