import { Module } from '@nestjs/common';
import { ModelAdapter } from '../../src/models/model.adapter.js';
import { Model } from '../../src/models/model.decorator.js';
import type { ChatEventBatch, ModelCall } from '../../src/models/model.types.js';
import { json } from '../support/json.js';
import { TestApp } from '../support/test-app.js';

// All that a model is: a folder's worth of code that uses nothing but the public extension point.

@Model({ name: 'echo', title: 'Echo', upstream: ['echo/one'] })
class EchoAdapter extends ModelAdapter {
  async *stream({ messages }: ModelCall): AsyncGenerator<ChatEventBatch> {
    yield [{ type: 'delta', text: `You said: ${JSON.stringify(messages.at(-1)?.content)}` }];
    await Promise.resolve();
    yield [{ type: 'finish', reason: 'stop' }];
  }
}

@Module({ providers: [EchoAdapter] })
class EchoModule {}

@Model({ name: 'llama', title: 'Another llama', upstream: ['echo/two'] })
class SecondLlamaAdapter extends EchoAdapter {}

@Module({ providers: [SecondLlamaAdapter] })
class SecondLlamaModule {}

describe('a third model', () => {
  let service: TestApp;

  beforeAll(async () => {
    service = await TestApp.start({ imports: [EchoModule] });
  });

  afterAll(() => service.stop());

  it('answers chats', async () => {
    const reply = await json(await service.post('/chat', { prompt: 'Hi', model: 'echo' }));
    expect(reply).toMatchObject({ response: 'You said: "Hi"', model: 'echo', upstream_model: 'echo/one' });
    expect((await service.rows()).at(-1)).toMatchObject({
      model: 'echo',
      response: 'You said: "Hi"',
      status: 'ok',
    });
  });

  it('is listed by /models and by the message about unknown models', async () => {
    const { data } = (await json(await service.get('/models'))) as { data: { name: string }[] };
    expect(data.map(({ name }) => name)).toEqual(expect.arrayContaining(['echo', 'llama', 'mistral']));
    const problem = await json(await service.post('/chat', { prompt: 'Hi', model: 'gpt' }));
    expect(problem.detail).toMatch(/\becho, .*\bllama, .*\bmistral\b/);
  });

  it('is in the enum of the docs', async () => {
    const model = { enum: expect.arrayContaining(['echo', 'llama', 'mistral']) };
    const schemas = {
      PromptRequestDto: { properties: { model } },
      ConversationRequestDto: { properties: { model } },
    };
    expect(await json(await service.get('/docs-json'))).toMatchObject({ components: { schemas } });
  });

  it('may answer for another one that fails', async () => {
    service.emulator.script('meta-llama/llama-3.1-8b-instruct', [
      { kind: 'status', status: 503 },
      { kind: 'status', status: 503 },
      { kind: 'status', status: 503 },
    ]);
    const reply = await json(
      await service.post('/chat', { prompt: 'Hi', model: 'llama', fallback: ['echo'] }),
    );
    expect(reply).toMatchObject({ response: 'You said: "Hi"', model: 'echo', attempts: 4 });
  });
});

it('two models of one name: the service refuses to start', async () => {
  await expect(TestApp.start({ imports: [SecondLlamaModule] })).rejects.toThrow('"llama"');
});
