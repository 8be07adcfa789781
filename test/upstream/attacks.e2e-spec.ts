import type { Socket } from 'node:net';
import { ChatClient } from '../support/chat-client.js';
import { json } from '../support/json.js';
import { answer, chunk, DONE, event, LAST_CHUNK, RawUpstream, STREAM_HEAD } from '../support/raw-upstream.js';
import { chunksOf, readSse } from '../support/sse-reader.js';

const data = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
const delta = (fields: object, rest: object = {}): string =>
  data({ choices: [{ index: 0, delta: fields, finish_reason: null, ...rest }] });
const call = (fields: object): string => delta({ tool_calls: [fields] });
const END = event(undefined, 'stop') + DONE;
const whole = (text: string): string => STREAM_HEAD + chunk(text) + LAST_CHUNK;

/** What came, and what each of the two doors has to make of it. */
const toolCalls: readonly (readonly [name: string, pieces: string, calls: readonly object[]])[] = [
  [
    'one whole call per chunk, no index',
    call({ id: 'a', function: { name: 'f', arguments: '{"x":1}' } }) +
      call({ id: 'b', function: { name: 'g', arguments: '{"y":2}' } }),
    [
      { id: 'a', function: { name: 'f', arguments: '{"x":1}' } },
      { id: 'b', function: { name: 'g', arguments: '{"y":2}' } },
    ],
  ],
  [
    'the same function twice, neither index nor id',
    call({ function: { name: 'f', arguments: '{"x":1}' } }) +
      call({ function: { name: 'f', arguments: '{"x":2}' } }),
    [{ function: { name: 'f', arguments: '{"x":1}' } }, { function: { name: 'f', arguments: '{"x":2}' } }],
  ],
  [
    'all under index 0, with ids of their own',
    call({ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }) +
      call({ index: 0, id: 'b', function: { name: 'f', arguments: '{"x":2}' } }),
    [
      { id: 'a', function: { name: 'f', arguments: '{}' } },
      { id: 'b', function: { name: 'f', arguments: '{"x":2}' } },
    ],
  ],
  [
    'arguments in pieces, no index',
    call({ id: 'a', function: { name: 'f', arguments: '{"x"' } }) +
      call({ function: { arguments: ':"}' } }) +
      call({ function: { arguments: '"}' } }) +
      call({ id: 'b', function: { name: 'g', arguments: '' } }) +
      call({ id: 'b', function: { arguments: '{}' } }),
    [
      { id: 'a', function: { name: 'f', arguments: '{"x":"}"}' } },
      { id: 'b', function: { name: 'g', arguments: '{}' } },
    ],
  ],
  [
    'the name in every piece',
    call({ index: 0, id: 'a', function: { name: 'f', arguments: '{"x"' } }) +
      call({ index: 0, function: { name: 'f', arguments: ':1}' } }) +
      call({ index: 0, id: 'a', function: { name: 'f', arguments: '' } }),
    [{ id: 'a', function: { name: 'f', arguments: '{"x":1}' } }],
  ],
  [
    'a new id in every piece',
    call({ index: 0, id: 'a', function: { name: 'f', arguments: '{"x"' } }) +
      call({ index: 0, id: 'b', function: { arguments: ':1' } }) +
      call({ index: 0, id: 'c', function: { name: 'f', arguments: '}' } }),
    [{ id: 'a', function: { name: 'f', arguments: '{"x":1}' } }],
  ],
  [
    'arguments that are an object',
    call({ index: 0, id: 'a', function: { name: 'f', arguments: { x: { y: [1] } } } }) +
      call({ id: 'b', function: { name: 'g', arguments: {} } }),
    [
      { id: 'a', function: { name: 'f', arguments: '{"x":{"y":[1]}}' } },
      { id: 'b', function: { name: 'g', arguments: '{}' } },
    ],
  ],
  [
    'two calls taking turns',
    call({ index: 1, id: 'b', function: { name: 'g', arguments: '{' } }) +
      call({ index: 0, id: 'a', function: { name: 'f', arguments: '{' } }) +
      call({ index: 1, function: { arguments: '}' } }) +
      call({ index: 0, function: { arguments: '}' } }),
    [
      { id: 'b', function: { name: 'g', arguments: '{}' } },
      { id: 'a', function: { name: 'f', arguments: '{}' } },
    ],
  ],
];

describe('Attacks on what the upstream sends', () => {
  let client: ChatClient;
  let upstream: RawUpstream;
  let handle: (socket: Socket, request: string, count: number) => void;

  beforeAll(async () => {
    upstream = await RawUpstream.start((socket, request, count) => {
      handle(socket, request, count);
    });
    client = await ChatClient.start({ upstreamUrl: upstream.url, env: { RESPONSE_MAX_BYTES: '20000' } });
  });
  beforeEach(() => {
    upstream.requests.length = 0;
  });
  afterEach(() => client.settle());
  afterAll(async () => {
    await client.service.stop();
    await upstream.close();
  });

  const reply = (text: string) => {
    handle = (socket) => socket.write(whole(text));
  };
  const complete = (stream: boolean): Promise<Response> => {
    client.leavers++;
    const body = { model: 'llama', stream, messages: [{ role: 'user', content: 'x' }] };
    return client.service.post('/v1/chat/completions', body);
  };

  it.each(toolCalls)('H11.1: tool calls, %s', async (_name, pieces, calls) => {
    reply(pieces + event(undefined, 'tool_calls') + DONE);
    expect(await json(await complete(false))).toMatchObject({
      choices: [{ message: { tool_calls: calls } }],
    });
    const growing = new Map<number, { id?: string; function: { name: string; arguments: string } }>();
    for (const { choices } of chunksOf(await readSse(await complete(true))))
      for (const piece of (choices[0]?.delta.tool_calls ?? []) as Record<string, never>[])
        grow(growing, piece);
    expect([...growing.values()]).toEqual(calls);
  });

  it.each([
    [
      'empty logprobs',
      delta({ role: 'assistant', content: '' }, { logprobs: { content: [], refusal: null } }),
    ],
    ['no logprobs', delta({ role: 'assistant', content: null }, { logprobs: {} })],
    [
      'an empty call',
      delta({ role: 'assistant', tool_calls: [{ index: 0, id: '', function: { name: '', arguments: '' } }] }),
    ],
    [
      'an empty detail',
      delta({ role: 'assistant', reasoning_details: [{ type: 'reasoning.text', text: '', index: 0 }] }),
    ],
    ['empty lists', delta({ role: 'assistant', images: [], annotations: [], reasoning: '', refusal: '' })],
  ])('H11.2: a role with %s is no first token', async (_name, first) => {
    handle = (socket, _request, count) => {
      socket.write(STREAM_HEAD + chunk(first));
      if (count % 2 === 1) setTimeout(() => socket.resetAndDestroy(), 30);
      else setTimeout(() => socket.write(chunk(event('Here.') + END) + LAST_CHUNK), 200);
    };
    // The first token of the first attempt would be 200 ms early, on any machine.
    let least = Infinity;
    for (let tries = 0; tries < 5 && least >= 0.1; tries++) {
      const { body } = await client.ask();
      expect(body).toMatchObject({ response: 'Here.', attempts: 2 });
      least = Math.min(least, Number(body.latency) - Number(body.ttft));
    }
    expect(least).toBeLessThan(0.1);
  });

  it('H11.4: an upstream that closes after each reply fails nobody and costs no retry', async () => {
    handle = (socket) => {
      socket.write(answer('Here.'), () => setTimeout(() => socket.destroy(), 1));
    };
    for (let i = 0; i < 12; i++) {
      const replies = await Promise.all(Array.from({ length: 8 }, () => client.ask()));
      for (const { body } of replies) expect(body).toMatchObject({ response: 'Here.', attempts: 1 });
    }
  });

  it.each([
    ['reset', (socket: Socket) => socket.resetAndDestroy()],
    ['closed', (socket: Socket) => socket.destroy()],
  ])(
    'H11.4: a request that meets a connection %s before its first byte is sent again',
    async (_name, close) => {
      const used = new Set<Socket>();
      handle = (socket) => {
        if (used.has(socket)) close(socket);
        else socket.write(answer('Here.'));
        used.add(socket);
      };
      await Promise.all(Array.from({ length: 4 }, () => client.ask()));
      const replies = await Promise.all(Array.from({ length: 4 }, () => client.ask()));
      expect(replies.map(({ body }) => [body.response, body.attempts])).toEqual(Array(4).fill(['Here.', 1]));
    },
  );

  it('H11.4: one that is closed before any answer is a failed attempt as ever', async () => {
    handle = (socket) => socket.resetAndDestroy();
    expect((await client.ask()).body).toMatchObject({ code: 'upstream_unreachable' });
    expect(upstream.requests.length).toBeLessThanOrEqual(3);
  });

  it('H11.13: the bound of an answer counts bytes', async () => {
    reply(Array.from({ length: 12 }, () => event('€'.repeat(600))).join('') + END);
    expect((await client.ask()).body).toMatchObject({ code: 'response_too_large' });
    reply(Array.from({ length: 12 }, () => event('€'.repeat(500))).join('') + END);
    expect((await client.ask()).body).toMatchObject({ response: '€'.repeat(6_000) });
  });

  it.each([
    ['by itself', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['with headers', 'HTTP/1.1 100 Continue\r\nX-A: b\r\n\r\n'],
    ['twice', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100\r\n\r\n'],
    ['after 103', 'HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n'],
    ['before 102', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n'],
  ])('H11.14: 100 Continue, %s', async (_name, interim) => {
    handle = (socket) => socket.write(interim + answer('Here.'));
    expect((await client.ask()).body).toMatchObject({ response: 'Here.', attempts: 1 });
    handle = (socket) => {
      socket.setNoDelay(true);
      const bytes = [...interim.split(/(?<=.)/s), answer('Here again.')];
      const next = (): void => {
        const piece = bytes.shift();
        if (piece !== undefined) socket.write(piece, () => setImmediate(next));
      };
      next();
    };
    expect((await client.ask()).body).toMatchObject({ response: 'Here again.', attempts: 1 });
  });

  it('H11.15: a surrogate pair in two chunks leaves as one, a lone half as U+FFFD', async () => {
    const [high, low] = ['\ud83d', '\ude00'];
    reply(event(`a${high}`) + event(`${low}b`) + event(`${low}c${high}`) + END);
    const { body } = await client.ask();
    expect(body.response).toBe('a😀b\ufffdc\ufffd');
    expect((await client.service.rows()).at(-1)).toMatchObject({ response: 'a😀b\ufffdc\ufffd' });
    const events = chunksOf(await readSse(await complete(true)));
    for (const { choices } of events) expect((choices[0]?.delta.content ?? '').isWellFormed()).toBe(true);
  });

  it.each(['reasoning', 'refusal'])('H11.15: nor is one in %s cut', async (field) => {
    reply(delta({ [field]: 'a\ud83d' }) + event('x') + delta({ [field]: '\ude00b' }) + END);
    const deltas = chunksOf(await readSse(await complete(true))).map(
      ({ choices }) => (choices[0]?.delta[field] ?? '') as string,
    );
    expect(deltas.join('')).toBe('a😀b');
    expect(deltas.every((text) => text.isWellFormed())).toBe(true);
  });
});

/** As OpenAI's clients put pieces together. */
function grow(
  calls: Map<number, { id?: string; function: { name: string; arguments: string } }>,
  piece: { index?: number; id?: string; function?: { name?: string; arguments?: string } },
): void {
  const index = piece.index ?? NaN;
  const known = calls.get(index) ?? { function: { name: '', arguments: '' } };
  calls.set(index, known);
  if (piece.id !== undefined) known.id = piece.id;
  known.function.name += piece.function?.name ?? '';
  known.function.arguments += piece.function?.arguments ?? '';
}
