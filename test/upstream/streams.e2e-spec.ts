import type { Step } from '../../src/emulator/faults.js';
import { ChatClient, LLAMA } from '../support/chat-client.js';
import { chatText, readSse } from '../support/sse-reader.js';

const PIECES = ['Once', ' upon', ' a', ' time'];

/** After the first piece has reached the client: an error event, no mark of success, a row with what came. */
const broken: readonly (readonly [name: string, step: Step, code: string, text: string])[] = [
  ['U6 a stall', { kind: 'stall', at: 2 }, 'upstream_idle_timeout', 'Once upon'],
  ['U9 RST', { kind: 'reset', at: 2 }, 'upstream_truncated', 'Once upon'],
  ['U10 FIN', { kind: 'cut', at: 2 }, 'upstream_truncated', 'Once upon'],
  [
    'U11 FIN, close-delimited',
    { kind: 'cut', at: 2, closeDelimited: true },
    'upstream_truncated',
    'Once upon',
  ],
  [
    'U11 RST, close-delimited',
    { kind: 'reset', at: 2, closeDelimited: true },
    'upstream_truncated',
    'Once upon',
  ],
  [
    'U12 no reason, no [DONE]',
    { kind: 'omit', parts: ['finish', 'done'] },
    'upstream_truncated',
    PIECES.join(''),
  ],
  ['U15 a line that is no JSON', { kind: 'malformed-chunk', after: 2 }, 'upstream_bad_response', 'Once upon'],
  [
    'U29 an error in the middle',
    { kind: 'error-chunk', after: 2, code: 502 },
    'upstream_unavailable',
    'Once upon',
  ],
  [
    'U29 a word for it',
    { kind: 'error-chunk', after: 2, code: 'server_error' },
    'upstream_bad_response',
    'Once upon',
  ],
];

describe('Streams that break', () => {
  let client: ChatClient;

  beforeAll(async () => {
    client = await ChatClient.start({
      env: { RESPONSE_MAX_BYTES: '1000000' },
      // Pieces leave one by one, so that the first is with the client when the fault comes.
      emulator: { chunkMs: 10 },
    });
  });
  beforeEach(() => {
    client.service.emulator.answer('*', { pieces: PIECES });
  });
  afterEach(() => client.settle());
  afterAll(() => client.service.stop());

  const stream = (path = '/chat'): Promise<Response> => {
    client.leavers++;
    const body = path === '/chat' ? { prompt: 'x' } : { messages: [{ role: 'user', content: 'x' }] };
    return client.service.post(path, { model: 'llama', stream: true, ...body });
  };
  const lastRow = async () => (await client.service.rows()).at(-1);

  it.each(broken)('%s: an error event in our own format', async (_name, step, code, text) => {
    client.service.emulator.always(LLAMA, step);
    const events = await readSse(await stream());
    expect(chatText(events)).toBe(text);
    expect(events.map(({ event }) => event)).not.toContain('done');
    expect(events.at(-1)?.event).toBe('error');
    expect(JSON.parse(events.at(-1)!.data)).toMatchObject({ code });
    expect(await lastRow()).toMatchObject({ status: 'error', error: code, response: text, attempts: '1' });
    expect(client.service.emulator.stats().total.requests).toBe(1);
  });

  it.each(broken)('%s: an error in the format of OpenAI, and no [DONE]', async (_name, step, code, text) => {
    client.service.emulator.always(LLAMA, step);
    const events = await readSse(await stream('/v1/chat/completions'));
    const last = JSON.parse(events.at(-1)!.data) as { error: { code: string } };
    expect(last.error.code).toBe(code);
    expect(await lastRow()).toMatchObject({ status: 'error', error: code, response: text });
  });

  it.each(['/chat', '/v1/chat/completions'])(
    'U30 an error as the first chunk is a reply with its status on %s',
    async (path) => {
      client.service.emulator.always(LLAMA, { kind: 'error-chunk', after: 0, code: 401 });
      const response = await stream(path);
      expect(response.status).toBe(502);
      expect(await response.text()).toContain('upstream_auth');
    },
  );

  it('U34 one [DONE], and nothing of what follows it', async () => {
    client.service.emulator.always(LLAMA, { kind: 'repeat-done' });
    const text = await (await stream('/v1/chat/completions')).text();
    expect(text.split('[DONE]')).toHaveLength(2);
    expect(text).not.toContain('after the end');
  });

  it.each(['endless-line', 'endless-deltas'] as const)(
    'U22 U23 %s is cut at the bound, in bounded memory',
    async (kind) => {
      client.service.emulator.configure({ chunkMs: 0 });
      client.service.emulator.always(LLAMA, { kind });
      const before = process.memoryUsage().rss;
      const response = await stream();
      expect(await response.text()).toContain('response_too_large');
      expect(process.memoryUsage().rss - before).toBeLessThan(256 * 1024 * 1024);
      client.service.emulator.configure({ chunkMs: 10 });
      expect(await lastRow()).toMatchObject({ error: 'response_too_large' });
    },
  );
});
