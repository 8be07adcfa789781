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
  private requests: RecordedRequest[] = [];

  constructor(private readonly capacity: number) {}

  record({ method = '', url = '', headers }: IncomingMessage, body: unknown): void {
    const key = headers.authorization?.replace(/\S+$/, '***');
    const shown = key === undefined ? headers : { ...headers, authorization: key };
    this.requests.push({ method, url, headers: shown, body });
    if (this.requests.length > this.capacity) this.requests.shift();
  }

  read(): RecordedRequest[] {
    return [...this.requests];
  }

  clear(): void {
    this.requests = [];
  }
}
