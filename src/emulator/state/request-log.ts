import type { IncomingMessage } from 'node:http';

export interface RecordedRequest {
  readonly method: string;
  /** Path and query as they came. */
  readonly url: string;
  /** As they came, but for `authorization`: only whether and how it was there (`Bearer ***`). */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Parsed JSON; the text where it is none; undefined without a body. */
  readonly body: unknown;
}

/** The last requests, oldest first. */
export class RequestLog {
  private readonly requests: RecordedRequest[] = [];

  constructor(private readonly capacity: number) {}

  record(request: IncomingMessage, body: unknown): void {
    if (this.capacity === 0) return;
    if (this.requests.length === this.capacity) this.requests.shift();
    this.requests.push({
      method: request.method ?? '',
      url: request.url ?? '',
      headers: withoutKey(request.headers),
      body,
    });
  }

  read(): RecordedRequest[] {
    return [...this.requests];
  }

  clear(): void {
    this.requests.length = 0;
  }
}

function withoutKey(headers: IncomingMessage['headers']): RecordedRequest['headers'] {
  if (headers.authorization === undefined) return headers;
  return { ...headers, authorization: headers.authorization.replace(/\S+$/, '***') };
}
