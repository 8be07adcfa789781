import { request, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';

export interface PlainReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** As it came: not decompressed, not redirected. */
  readonly body: Buffer;
  readonly text: string;
  /** What each read gave. */
  readonly pieces: readonly string[];
}

export interface PlainRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Hangs up as soon as the text so far satisfies this. */
  readonly leaveWhen?: (text: string) => boolean;
}

/** One HTTP exchange on a connection of its own, without anything that fetch would do on top. */
export async function exchange(url: string, options: PlainRequest = {}): Promise<PlainReply> {
  const { method = options.body === undefined ? 'GET' : 'POST', headers = {}, body, leaveWhen } = options;
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      const finish = () => {
        const whole = Buffer.concat(chunks);
        const { statusCode: status = 0, headers: received } = response;
        const pieces = chunks.map((chunk) => chunk.toString());
        resolve({ status, headers: received, body: whole, text: whole.toString(), pieces });
      };
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        if (leaveWhen?.(Buffer.concat(chunks).toString())) {
          outgoing.destroy();
          finish();
        }
      });
      response.on('end', finish);
      response.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(typeof body === 'string' || body === undefined ? body : JSON.stringify(body));
  });
}

export interface Conversation {
  /** All that the server sent, head included. */
  readonly text: string;
  readonly ending: 'fin' | 'rst' | 'left';
}

/** Sends a JSON POST over a bare socket and reports how the connection ended, which HTTP clients blur. */
export async function converse(
  url: string,
  body: unknown,
  leaveWhen?: (text: string) => boolean,
): Promise<Conversation> {
  const { hostname, port, pathname } = new URL(url);
  const json = JSON.stringify(body);
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(Number(port), hostname);
    const finish = (ending: Conversation['ending']) => {
      socket.destroy();
      resolve({ text, ending });
    };
    socket.setEncoding('utf8');
    socket.on('data', (data: string) => {
      text += data;
      if (leaveWhen?.(text)) finish('left');
    });
    socket.once('end', () => {
      finish('fin');
    });
    socket.once('error', () => {
      finish('rst');
    });
    socket.write(
      `POST ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer test\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`,
    );
  });
}
