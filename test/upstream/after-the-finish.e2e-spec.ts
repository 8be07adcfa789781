import type { Socket } from 'node:net';
import { ChatClient } from '../support/chat-client.js';
import { chunk, DONE, event, head, LAST_CHUNK, RawUpstream, STREAM_HEAD } from '../support/raw-upstream.js';
import { chatText, readSse } from '../support/sse-reader.js';

const ANSWER = event('Done') + event('.') + event(undefined, 'stop');
const data = (value: unknown): string =>
  `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`;
const USAGE = data({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 2, cost: 0.5 } });
const deep = '['.repeat(9_000) + ']'.repeat(9_000);

/** Junk after which the counts still arrive. */
const junk: readonly (readonly [name: string, junk: string])[] = [
  ['an empty data:', 'data:\n\n'],
  ['a data: of blanks', 'data:   \t \n\n'],
  ['data without a colon', 'data\n\n'],
  ['text that is no JSON', data('oops')],
  ['half a JSON', data('{"choices":[{"del')],
  ['null', data('null')],
  ['a list', data([])],
  ['NaN in counts', data('{"choices":[],"usage":{"prompt_tokens":NaN}}')],
  ['counts of another type', data({ choices: [], usage: 7 })],
  ['an error', data({ error: { code: 502, message: 'late' } })],
  [
    'an error in a choice',
    data({ choices: [{ index: 0, delta: {}, finish_reason: 'error', error: { code: 500 } }] }),
  ],
  ['the finish once more', event(undefined, 'stop')],
  ['another reason', event(undefined, 'length')],
  ['JSON nested 9,000 deep', data(`{"choices":[{"delta":{"annotations":${deep}}}]}`)],
  ['an unknown event', 'event: ping\ndata: pong\n\n'],
  ['lines that are no fields', 'oops\nretry: x\n\n'],
];

/** What ends the stream. */
const lastJunk: typeof junk = [
  ['an event over the bound', data('x'.repeat(30_000))],
  ['[DONE] with a blank after it', data('[DONE] ') + event(' More', 'length')],
  ['[DONE] with blanks around it', 'data: \t[DONE]\t \n\n'],
];

/** How the reply ends, after a finish without [DONE]. */
const ends: readonly (readonly [name: string, end: (socket: Socket) => void])[] = [
  ['a reset', (socket) => setTimeout(() => socket.resetAndDestroy(), 30)],
  ['a FIN', (socket) => socket.end()],
  ['a chunk that is no chunk', (socket) => socket.write('zzz\r\n')],
  ['silence', () => undefined],
];

describe('H9: an answer that is complete is harmed by nothing that follows', () => {
  let client: ChatClient;
  let upstream: RawUpstream;
  let answer: (socket: Socket) => void;

  beforeAll(async () => {
    upstream = await RawUpstream.start((socket) => {
      answer(socket);
    });
    client = await ChatClient.start({ upstreamUrl: upstream.url, env: { RESPONSE_MAX_BYTES: '20000' } });
  });
  afterEach(() => client.settle());
  afterAll(async () => {
    await client.service.stop();
    await upstream.close();
  });

  const send = (text: string, end: (socket: Socket) => void): void => {
    answer = (socket) => {
      socket.write(STREAM_HEAD + chunk(text), () => {
        end(socket);
      });
    };
  };
  const expectWhole = async (counts?: 'lost'): Promise<void> => {
    const reply = await client.ask();
    const expected = {
      response: 'Done.',
      finish_reason: 'stop',
      attempts: 1,
      prompt_tokens: counts ? null : 3,
    };
    expect(reply.body).toMatchObject(expected);
    expect(await client.rowOf(reply)).toMatchObject({ status: 'ok', error: '', response: 'Done.' });
  };
  const expectWholeStream = async (): Promise<void> => {
    client.leavers++;
    const events = await readSse(
      await client.service.post('/chat', { model: 'llama', prompt: 'x', stream: true }),
    );
    expect(chatText(events)).toBe('Done.');
    expect(events.at(-1)?.event).toBe('done');
    expect(JSON.parse(events.at(-1)!.data)).toMatchObject({ finish_reason: 'stop', attempts: 1 });
  };
  const endWell = (socket: Socket): unknown => socket.write(LAST_CHUNK);

  it.each(junk)('H9: %s', async (_name, text) => {
    send(ANSWER + text + USAGE + DONE, endWell);
    await expectWhole();
    await expectWholeStream();
  });

  it.each(lastJunk)('H9: %s', async (_name, text) => {
    send(ANSWER + text + USAGE + DONE, endWell);
    await expectWhole('lost');
    await expectWholeStream();
  });

  it.each([...junk, ...lastJunk])('H9: %s, in a read of its own', async (_name, text) => {
    answer = (socket) => {
      socket.setNoDelay(true);
      socket.write(STREAM_HEAD + chunk(ANSWER));
      setTimeout(() => socket.write(chunk(text) + chunk(DONE) + LAST_CHUNK), 30);
    };
    await expectWhole('lost');
  });

  it.each(ends)('H9: %s in place of an end', async (_name, end) => {
    send(ANSWER, end);
    await expectWhole('lost');
    await expectWholeStream();
  });

  it.each(ends)('H9: %s after the counts', async (_name, end) => {
    send(ANSWER + USAGE, end);
    await expectWhole();
  });

  it('H9: text without end after the finish ends at the bound', async () => {
    send(ANSWER + event('x'.repeat(1_000)).repeat(60), () => undefined);
    const reply = await client.ask();
    expect(reply.body).toMatchObject({ finish_reason: 'stop', attempts: 1 });
  });

  it.each(['data:\n\n', 'data: \n\n', 'data\n\n', 'event: x\ndata:\n\n'])(
    'H9: %j harms nothing anywhere',
    async (empty) => {
      const pieces = [event('Done'), event('.'), event(undefined, 'stop'), USAGE, DONE];
      send(empty + pieces.join(empty) + empty, endWell);
      await expectWhole();
    },
  );

  it.each(ends)('H9: %s after a whole JSON answer', async (_name, end) => {
    const body = {
      choices: [{ message: { content: 'Done.' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 3 },
    };
    answer = (socket) => {
      socket.write(
        head('application/json', 'Transfer-Encoding: chunked') + chunk(JSON.stringify(body)),
        () => {
          end(socket);
        },
      );
    };
    await expectWhole();
  });

  it('an error before the finish is one all the same', async () => {
    send(
      event('Done') + data({ error: { code: 503, message: 'x' } }) + event(undefined, 'stop') + DONE,
      endWell,
    );
    expect((await client.ask()).body).toMatchObject({ code: 'upstream_unavailable' });
  });

  const expectLatencyBelow = async (seconds: number): Promise<void> => {
    let least = Infinity;
    for (let tries = 0; tries < 5 && least >= seconds; tries++) {
      const { body } = await client.ask();
      expect(body).toMatchObject({ response: 'Done.', prompt_tokens: 3 });
      least = Math.min(least, Number(body.latency));
    }
    expect(least).toBeLessThan(seconds);
  };

  it('H11.7: the answer does not wait for the end of a connection that stays open', async () => {
    send(ANSWER + USAGE, () => undefined);
    await expectLatencyBelow(0.25);
  });

  it('H11.7: nor do counts that came with the finish', async () => {
    const last = { choices: [{ delta: {}, finish_reason: 'stop' }], usage: { prompt_tokens: 3 } };
    send(event('Done.') + data(last), () => undefined);
    await expectLatencyBelow(0.39);
  });

  it('counts after the finish replace those that came with it', async () => {
    const last = { choices: [{ delta: {}, finish_reason: 'stop' }], usage: { prompt_tokens: 1 } };
    send(event('Done.') + data(last) + USAGE, () => undefined);
    expect((await client.ask()).body).toMatchObject({ prompt_tokens: 3, cost: 0.5 });
  });
});
