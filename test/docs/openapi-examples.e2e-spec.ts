import { TestApp } from '../support/test-app.js';

interface MediaType {
  readonly schema?: object;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

interface Operation {
  readonly summary?: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, MediaType>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, MediaType>> }>>;
}

describe('The documentation of the chats', () => {
  let service: TestApp;
  let paths: Record<string, Record<string, Operation>>;

  beforeAll(async () => {
    service = await TestApp.start();
    paths = ((await (await service.get('/docs-json')).json()) as { paths: typeof paths }).paths;
  });

  afterAll(() => service.stop());

  it.each([
    '/chat',
    '/v1/chat/completions',
    '/v1/responses',
    '/v1/messages',
    '/v1/embeddings',
    '/v1/completions',
  ])('has examples of %s that run as they stand', async (path) => {
    const examples = Object.values(paths[path]!.post!.requestBody!.content['application/json']!.examples!);
    expect(examples.length).toBeGreaterThan(2);
    for (const { value } of examples) {
      const response = await service.post(path, value);
      expect({ value, status: response.status }).toEqual({ value, status: 200 });
      await response.text();
    }
  });

  it.each([
    ['/chat', ['delta', 'done', 'error'], 'application/problem+json'],
    ['/v1/chat/completions', ['role', 'content', 'finish', 'done', 'error'], 'application/json'],
    ['/v1/responses', ['created', 'delta', 'completed', 'error'], 'application/json'],
    ['/v1/completions', ['text', 'finish', 'done', 'error'], 'application/json'],
    [
      '/v1/messages',
      [
        ...['message_start', 'content_block_start', 'content_block_delta', 'content_block_stop'],
        ...['message_delta', 'message_stop', 'error'],
      ],
      'application/json',
    ],
  ])('shows each event of %s, and its error replies', (path, events, errors) => {
    const { responses } = paths[path]!.post!;
    expect(Object.keys(responses['200']!.content!['text/event-stream']!.examples!)).toEqual(events);
    for (const status of ['400', '402', '403', '404', '405', '413', '415', '421', '429', '502', '503', '504'])
      expect(Object.keys(responses[status]!.content!)).toEqual([errors]);
  });

  it('names the models that there are, and lets rows of the log name others', async () => {
    const document = (await (await service.get('/docs-json')).json()) as {
      components: { schemas: Record<string, { properties?: { model?: { enum?: string[] } } }> };
    };
    for (const name of [
      'PromptRequestDto',
      'ConversationRequestDto',
      'CompletionRequestDto',
      'ResponseRequestDto',
      'MessagesRequestDto',
      'EmbeddingsRequestDto',
      'TextCompletionRequestDto',
    ])
      expect(document.components.schemas[name]!.properties!.model!.enum).toEqual(
        expect.arrayContaining(['llama', 'mistral']),
      );
    expect(document.components.schemas.LogRecordDto!.properties!.model).not.toHaveProperty('enum');
  });
});
