import { createServer, type AddressInfo, type Socket } from 'node:net';
import { ChatClient, HASTY, type Reply } from '../support/chat-client.js';
import {
  answer,
  chunk,
  DONE,
  event,
  head,
  LAST_CHUNK,
  RawUpstream,
  STREAM_HEAD,
} from '../support/raw-upstream.js';
import { until } from '../support/until.js';

const PIECES = STREAM_HEAD + chunk(event('Once') + event(' upon'));

describe('A connection that misbehaves', () => {
  let client: ChatClient;
  let upstream: RawUpstream;
  let handle: (socket: Socket, count: number) => void;

  beforeAll(async () => {
    upstream = await RawUpstream.start((socket, _request, count) => {
      handle(socket, count);
    });
    client = await ChatClient.start({ upstreamUrl: upstream.url });
    jest.spyOn(Math, 'random').mockReturnValue(0);
  });
  beforeEach(() => {
    upstream.requests.length = 0;
  });
  afterEach(() => client.settle());
  afterAll(async () => {
    jest.restoreAllMocks();
    await client.service.stop();
    await until('no socket is left', () => upstream.open === 0);
    await upstream.close();
  });

  const write = (text: string, then?: 'end' | 'reset'): Promise<Reply> => {
    handle = (socket) => {
      socket.write(text, () => {
        // Once it has arrived: a reset takes along what has not.
        if (then) setTimeout(() => (then === 'end' ? socket.end() : socket.resetAndDestroy()), 30);
      });
    };
    return client.ask();
  };
  const expectFailure = async (
    reply: Reply,
    code: string,
    attempts: number,
    response = '',
  ): Promise<void> => {
    expect(reply.body.code).toBe(code);
    expect(upstream.requests).toHaveLength(attempts);
    expect(await client.rowOf(reply)).toMatchObject({ error: code, attempts: String(attempts), response });
  };

  it('U3 accepts and says nothing: 504, and its connection is closed', async () => {
    handle = () => undefined;
    const reply = await client.ask();
    expect(reply.status).toBe(504);
    await expectFailure(reply, 'upstream_timeout', 2);
    await until('the connections are closed', () => upstream.open === 0);
  });

  it('U4 sends its headers and says nothing', async () => {
    await expectFailure(await write(STREAM_HEAD), 'upstream_timeout', 2);
  });

  it('U5 sends comments for ever: they do not put off the first token', async () => {
    handle = (socket) => {
      socket.write(STREAM_HEAD);
      const timer = setInterval(() => socket.write(chunk(': OPENROUTER PROCESSING\n\n')), 20);
      socket.once('close', () => {
        clearInterval(timer);
      });
    };
    await expectFailure(await client.ask(), 'upstream_timeout', 2);
  });

  it('U6 stalls in the middle: what came is in the row', async () => {
    await expectFailure(await write(PIECES), 'upstream_idle_timeout', 1, 'Once upon');
  });

  it('U7 drips bytes that make no event: neither clock is put off', async () => {
    handle = (socket) => {
      socket.write(PIECES);
      const timer = setInterval(() => socket.write(chunk('d')), 20);
      socket.once('close', () => {
        clearInterval(timer);
      });
    };
    await expectFailure(await client.ask(), 'upstream_idle_timeout', 1, 'Once upon');
  });

  it('U8 resets before the headers: the second attempt answers', async () => {
    handle = (socket, count) => {
      if (count === 1) socket.resetAndDestroy();
      else socket.write(answer('Here.'));
    };
    const reply = await client.ask();
    expect(reply.body).toMatchObject({ response: 'Here.', attempts: 2 });
    expect(client.service.log.with('A model call failed').at(-1)).toMatchObject({
      level: 'warn',
      fields: { requestId: reply.id, attempt: 1, code: 'upstream_unreachable' },
    });
  });

  it.each([
    ['U9 RST in chunked', PIECES, 'reset'],
    ['U10 FIN in chunked', PIECES, 'end'],
    [
      'U10 FIN within Content-Length',
      head('text/event-stream', 'Content-Length: 9999') + event('Once upon'),
      'end',
    ],
    ['U11 FIN on a close-delimited body', head('text/event-stream') + event('Once upon'), 'end'],
    ['U11 RST on a close-delimited body', head('text/event-stream') + event('Once upon'), 'reset'],
    ['U12 a clean end without a reason', PIECES + LAST_CHUNK, undefined],
    ['U12 [DONE] without a reason', PIECES + chunk(DONE) + LAST_CHUNK, undefined],
  ] as const)('%s is an answer cut short, never asked again', async (_name, bytes, then) => {
    const reply = await write(bytes, then);
    expect(reply.status).toBe(502);
    await expectFailure(reply, 'upstream_truncated', 1, 'Once upon');
  });

  it('U37 headers of 20 KB', async () => {
    await expectFailure(
      await write(head('text/event-stream', `X-A: ${'a'.repeat(20_000)}`)),
      'upstream_bad_response',
      2,
    );
  });

  it('U37 1000 headers', async () => {
    const many = Array.from({ length: 1000 }, (_, index) => `X-Header-${index}: aaaaaaaa`);
    await expectFailure(await write(head('text/event-stream', ...many)), 'upstream_bad_response', 2);
  });

  it('U38 two responses on one connection: the second is nobody’s', async () => {
    handle = (socket) => socket.write(answer('Mine.') + answer('Smuggled.'));
    expect((await client.ask()).body.response).toBe('Mine.');
    const before = upstream.connections;
    handle = (socket) => socket.write(answer('Fresh.'));
    expect((await client.ask()).body.response).toBe('Fresh.');
    expect(upstream.connections).toBe(before + 1);
  });

  it('U39 A3 a redirect is not followed: its target gets nothing', async () => {
    const target = await RawUpstream.start((socket) => socket.end(answer('Stolen.')));
    const reply = await write(
      `HTTP/1.1 307 Temporary Redirect\r\nLocation: ${target.url}\r\nContent-Length: 0\r\n\r\n`,
    );
    expect(reply.body).toMatchObject({ status: 502, code: 'upstream_bad_response' });
    expect(target.connections).toBe(0);
    await target.close();
  });

  it('U35 text in pieces of one byte arrives as it was', async () => {
    const text = 'Grüße 👋🏽 \u2028 fin';
    const bytes = Buffer.from(event(text).replaceAll('\n', '\r\n') + event(undefined, 'stop') + DONE);
    handle = (socket) => {
      socket.setNoDelay(true);
      socket.write(STREAM_HEAD);
      let sent = 0;
      const next = (): void => {
        if (sent === bytes.length) socket.write(LAST_CHUNK);
        else
          socket.write(
            Buffer.concat([Buffer.from('1\r\n'), bytes.subarray(sent, ++sent), Buffer.from('\r\n')]),
            () => setImmediate(next),
          );
      };
      next();
    };
    expect((await client.ask()).body.response).toBe(text);
  });

  it.each([
    ['no space after the colon', 'data:{"choices":[{"delta":{"content":"x"}}]}\n\n'],
    ['data over two lines', 'data: {"choices":\ndata: [{"delta":{"content":"x"}}]}\n\n'],
    ['lines that end in CR', 'data: {"choices":[{"delta":{"content":"x"}}]}\r\r'],
    ['a BOM', '\uFEFFdata: {"choices":[{"delta":{"content":"x"}}]}\n\n'],
    ['other fields', 'event: message\nid: 1\nretry: 5\ndata: {"choices":[{"delta":{"content":"x"}}]}\n\n'],
  ])('U36 %s', async (_name, frame) => {
    const reply = await write(STREAM_HEAD + chunk(frame + event(undefined, 'stop') + DONE) + LAST_CHUNK);
    expect(reply.body.response).toBe('x');
  });
});

describe('An upstream that is not there', () => {
  const unused = async (): Promise<number> => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
  };

  it.each([
    ['U1 refuses connections', async () => `http://127.0.0.1:${await unused()}/api/v1`],
    ['U2 has a name that does not exist', () => Promise.resolve('http://upstream.invalid/api/v1')],
  ])('%s: 502 after the attempts allowed', async (_name, url) => {
    const client = await ChatClient.start({ upstreamUrl: await url(), env: HASTY });
    try {
      const reply = await client.ask();
      expect(reply.body).toMatchObject({ status: 502, code: 'upstream_unreachable' });
      expect(await client.rowOf(reply)).toMatchObject({
        attempts: '2',
        upstream_model: expect.stringContaining('llama'),
      });
      await client.settle();
    } finally {
      await client.service.stop();
    }
  });
});
