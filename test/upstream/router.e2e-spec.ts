import { Problem } from '../../src/common/problem.js';
import { ModelRouter } from '../../src/models/model-router.service.js';
import type { ChatEvent, ChatRequest } from '../../src/models/model.types.js';
import { ChatClient, LLAMA } from '../support/chat-client.js';
import { chunk, DONE, event, head, LAST_CHUNK, RawUpstream, STREAM_HEAD } from '../support/raw-upstream.js';

const END = event(undefined, 'stop') + DONE;

/** Waits between attempts are as short as they can be. Only once the services run: Nest tells modules apart by chance. */
function withoutChance(): void {
  jest.spyOn(Math, 'random').mockReturnValue(0);
}

describe('What the router tells and asks', () => {
  let client: ChatClient;

  beforeAll(async () => {
    client = await ChatClient.start();
    withoutChance();
  });
  afterEach(() => client.settle());
  afterAll(async () => {
    jest.restoreAllMocks();
    await client.service.stop();
  });

  const request = (rest: Partial<ChatRequest> = {}): ChatRequest => ({
    id: '1',
    model: 'llama',
    messages: [{ role: 'user', content: 'Hi' }],
    options: {},
    fallback: [],
    ...rest,
  });
  /** Events as they come; the failure as the last of them, if there is one. */
  const events = async (
    of: ChatRequest,
    signal = new AbortController().signal,
    from = client,
  ): Promise<(ChatEvent | Error)[]> => {
    const seen: (ChatEvent | Error)[] = [];
    try {
      for await (const batch of from.service.app.get(ModelRouter).stream(of, signal)) seen.push(...batch);
    } catch (error) {
      seen.push(error as Error);
    }
    return seen;
  };
  const typesOf = (seen: readonly (ChatEvent | Error)[]): string[] =>
    seen.map((each) => (each instanceof Error ? 'error' : each.type)).filter((type) => type !== 'delta');

  it('tells of the attempt, when it was sent, its generation, the answer and the counts', async () => {
    const begun = performance.now();
    const seen = await events(request());
    expect(typesOf(seen)).toEqual(['attempt', 'sent', 'generation', 'finish', 'usage']);
    const [, sent, generation] = seen as [unknown, { at: number }, { id: string }];
    expect(sent.at).toBeGreaterThan(begun);
    expect(sent.at).toBeLessThan(performance.now());
    expect(generation.id).toMatch(/^gen-/);
  });

  it('tells of both again in the next attempt', async () => {
    client.service.emulator.script(LLAMA, [{ kind: 'error-chunk', after: 0, code: 503 }]);
    const types = typesOf(await events(request()));
    expect(types.filter((type) => type === 'attempt')).toHaveLength(2);
    expect(types.filter((type) => type === 'sent')).toHaveLength(2);
    expect(types.filter((type) => type === 'generation')).toHaveLength(2);
  });

  it('asks before each attempt, and waits for the answer', async () => {
    client.service.emulator.script(LLAMA, [{ kind: 'status', status: 503 }]);
    const asked: string[] = [];
    const beforeAttempt = async (slug: string): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      asked.push(`${slug} ${client.service.emulator.stats().total.requests}`);
    };
    await events(request({ beforeAttempt }));
    expect(asked).toEqual([`${LLAMA} 0`, `${LLAMA} 1`]);
  });

  it.each([1, 2])('ends with what was thrown before attempt %i, which is not made', async (last) => {
    client.service.emulator.always(LLAMA, { kind: 'status', status: 503 });
    const refusal = new Problem({ status: 402, code: 'budget_exceeded', detail: 'No.' });
    let attempt = 0;
    const beforeAttempt = (): void => {
      if (++attempt === last) throw refusal;
    };
    const seen = await events(request({ beforeAttempt }));
    expect(seen.at(-1)).toBe(refusal);
    expect(typesOf(seen).filter((type) => type === 'attempt')).toHaveLength(last - 1);
    expect(client.service.emulator.stats().total.requests).toBe(last - 1);
  });

  it('a refused attempt leaves no probe behind: the breaker lets the next one go', async () => {
    const refuse = (): never => {
      throw new Error('No.');
    };
    for (let i = 0; i < 3; i++) await events(request({ beforeAttempt: refuse }));
    expect(typesOf(await events(request()))).toContain('finish');
  });

  it('throws the reason of a signal that has aborted, and asks nobody', async () => {
    const reason = new Error('left');
    expect(await events(request(), AbortSignal.abort(reason))).toContain(reason);
    expect(client.service.emulator.stats().total.requests).toBe(0);
  });

  it('closes the connection when its consumer stops', async () => {
    client.service.emulator.configure({ chunkMs: 20 });
    const stream = client.service.app.get(ModelRouter).stream(request(), new AbortController().signal);
    for await (const batch of stream) if (batch.some(({ type }) => type === 'delta')) break;
    await client.settle();
    client.service.emulator.configure({ chunkMs: 0 });
    expect(client.service.emulator.stats().total.cancelled).toBe(0);
  });

  describe('the generation', () => {
    let upstream: RawUpstream;
    let raw: ChatClient;
    let text = '';

    beforeAll(async () => {
      upstream = await RawUpstream.start((socket) => socket.write(text));
      jest.restoreAllMocks();
      raw = await ChatClient.start({ upstreamUrl: upstream.url });
      withoutChance();
    });
    afterEach(() => raw.settle());
    afterAll(async () => {
      await raw.service.stop();
      await upstream.close();
    });

    const generations = async (): Promise<string[]> =>
      (await events(request(), undefined, raw)).flatMap((each) =>
        'type' in each && each.type === 'generation' ? [each.id] : [],
      );
    const withHeader = (id: string): string =>
      head('text/event-stream', 'Transfer-Encoding: chunked', `X-Generation-Id: ${id}`);

    it.each([
      ['the header', () => withHeader('gen-header'), ['gen-header']],
      ['the first chunk where there is no header', () => STREAM_HEAD, ['gen-1']],
      ['the first chunk where the header is empty', () => withHeader(''), ['gen-1']],
      ['the first chunk where the header is no id', () => withHeader('x'.repeat(300)), ['gen-1']],
    ])('comes from %s', async (_name, headOf, expected) => {
      text = headOf() + chunk(event('a') + event('b') + END) + LAST_CHUNK;
      expect(await generations()).toEqual(expected);
    });

    it('comes from a complete body', async () => {
      const body = JSON.stringify({
        id: 'gen-2',
        choices: [{ message: { content: 'a' }, finish_reason: 'stop' }],
      });
      text = `${head('application/json', `Content-Length: ${body.length}`)}${body}`;
      expect(await generations()).toEqual(['gen-2']);
    });

    it('is known before the first token: of an answer that never begins, too', async () => {
      text = withHeader('gen-3') + chunk(': OPENROUTER PROCESSING\n\n');
      expect(await generations()).toEqual(['gen-3', 'gen-3']);
    });
  });
});
