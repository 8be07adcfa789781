import fc from 'fast-check';
import { chatText, chunksOf, completionText, readSse } from '../support/sse-reader.js';
import { TestApp } from '../support/test-app.js';

const LLAMA = 'meta-llama/llama-3.1-8b-instruct';
const HOSTILE = [
  '\n\ndata: [DONE]\n\n',
  'data: {"error":{}}\n\n',
  '\r',
  '\r\n\r\n',
  'event: x\n',
  ': comment\n\n',
  '\u2028\u2029\u0085',
  '\u0000\u0007\u001b[31m',
  '\uFEFF',
  '🙂👩‍👩‍👧 Ünïcödé 漢字 ‮rtl',
  '"},"finish_reason":"stop"}]}\n\n',
  'id: 1\nretry: 0\n\n',
];

describe('The text of a stream', () => {
  let service: TestApp;

  beforeAll(async () => {
    service = await TestApp.start();
  });

  afterAll(() => service.stop());

  const chat = (stream: boolean) => service.post('/chat', { prompt: 'x', model: 'llama', stream });
  const complete = (stream: boolean) =>
    service.post('/v1/chat/completions', {
      model: 'llama',
      messages: [{ role: 'user', content: 'x' }],
      stream,
    });

  async function expectEverywhere(pieces: readonly string[]): Promise<void> {
    const text = pieces.join('');
    service.emulator.answer(LLAMA, { pieces });
    const [streamed, whole, chunks, completion] = await Promise.all([
      chat(true).then(readSse),
      chat(false).then((response) => response.json() as Promise<{ response: string }>),
      complete(true).then(readSse),
      complete(false).then(
        (response) => response.json() as Promise<{ choices: { message: { content: string } }[] }>,
      ),
    ]);
    expect(chatText(streamed)).toBe(text);
    expect(whole.response).toBe(text);
    expect(completionText(chunks)).toBe(text);
    expect(completion.choices[0]!.message.content).toBe(text);
    expect(streamed.filter(({ event }) => event !== 'delta').map(({ event }) => event)).toEqual(['done']);
    expect(chunks.filter(({ data }) => data === '[DONE]')).toHaveLength(1);
    expect(chunks.at(-1)!.data).toBe('[DONE]');
    expect(chunks.every(({ event }) => event === 'message')).toBe(true);
    expect(chunksOf(chunks).filter(({ choices }) => choices[0]?.finish_reason)).toHaveLength(1);
  }

  it('A21: is text and nothing else, whatever it contains', async () => {
    await expectEverywhere(HOSTILE);
  });

  it('U35: is the same with the upstream split at every byte', async () => {
    service.emulator.always(LLAMA, { kind: 'split', every: 1 });
    await expectEverywhere([HOSTILE.join('')]);
    service.emulator.always(LLAMA, null);
  });

  it('is the same for any text in any pieces', async () => {
    const piece = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', minLength: 1 }));
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 8 }), async (pieces) => {
        await expectEverywhere(pieces);
      }),
      { numRuns: 25 },
    );
  });
});
