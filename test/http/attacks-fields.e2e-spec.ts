import { ChatClient } from '../support/chat-client.js';
import { leastCpuMs } from '../support/least-cpu-ms.js';

const hi = { role: 'user', content: 'Hi' };

describe('Fields of a request, from the socket to the upstream', () => {
  let client: ChatClient;

  beforeAll(async () => {
    client = await ChatClient.start();
  });
  afterEach(() => client.settle());
  afterAll(() => client.service.stop());

  const complete = (fields: string): Promise<Response> =>
    client.service.post(
      '/v1/chat/completions',
      `{"model":"llama","messages":[${JSON.stringify(hi)}],${fields}}`,
    );
  const asked = (): number => client.service.emulator.stats().total.requests;

  it('A16: the schema of a tool arrives whole, whatever its properties are called', async () => {
    const names = ['constructor', 'toString', '__proto__', 'prototype', 'hasOwnProperty', 'then', 'x'];
    const properties = `{${names.map((name) => `"${name}":{"type":"string"}`).join()}}`;
    const tools = `[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":${properties}}}}]`;
    const reply = await complete(`"tools":${tools},"constructor":{"prototype":{"polluted":1}}`);
    expect(reply.status).toBe(200);
    const text = await reply.text();
    const id = reply.headers.get('x-request-id') ?? '';
    client.replies.push({ status: 200, text, body: {}, headers: reply.headers, id, accepted: true });
    const [request] = client.service.emulator.requests().slice(-1);
    expect(JSON.stringify((request?.body as { tools: unknown }).tools)).toBe(tools);
    expect({}).not.toHaveProperty('polluted');
  });

  it.each(['constructor', 'toString', 'hasOwnProperty', '__proto__', 'prototype', 'valueOf'])(
    'H11.10: %s is named as unknown, in a body and in a query',
    async (name) => {
      const before = asked();
      const unknown = {
        code: 'unknown_parameter',
        errors: [{ path: name, message: 'is not a known field' }],
      };
      const chat = await client.ask(`{"model":"llama","prompt":"x","${name}":1}`);
      expect([chat.status, chat.body]).toEqual([400, expect.objectContaining(unknown)]);
      const query = await client.get(`/logs?${name}=1`);
      expect([query.status, query.body]).toEqual([400, expect.objectContaining(unknown)]);
      expect(asked()).toBe(before);
    },
  );

  it('H8: 50,000 unknown fields get a short answer', async () => {
    const fields = Array.from({ length: 49_000 }, (_, n) => `"unknown_${n}":1`).join();
    const { status, body, text } = await client.ask(`{"model":"llama","prompt":"x",${fields}}`);
    expect([status, body.code]).toEqual([400, 'unknown_parameter']);
    expect(body.errors).toHaveLength(20);
    expect(text.length).toBeLessThan(5_000);
  });

  it.each([
    ['/chat', 'messages'],
    ['/v1/chat/completions', 'messages'],
    ['/v1/responses', 'input'],
    ['/v1/messages', 'messages'],
    ['/v1/embeddings', 'input'],
    ['/v1/completions', 'prompt'],
  ])('H8: 50,000 empty messages to %s do not hold the others up', async (path, field) => {
    const body = `{"model":"llama","${field}":[${Array(49_000).fill('{}').join()}]}`;
    const refuse = async (): Promise<void> => {
      expect((await client.service.post(path, body)).status).toBe(400);
    };
    expect(await leastCpuMs(refuse, 100)).toBeLessThan(100);
  });

  it.each(['"logit_bias":{"5":1e400}', '"seed":12345678901234567890', '"top_p":1e-400'])(
    'H11.17: %s is not forwarded as another number',
    async (fields) => {
      const before = asked();
      const reply = await complete(fields);
      expect(reply.status).toBe(400);
      expect(await reply.json()).toMatchObject({ error: { param: expect.stringMatching(/^[a-z_]+/) } });
      expect(asked()).toBe(before);
    },
  );

  it.each([
    [{ stream: false }, 'application/json, text/event-stream', 'application/json'],
    [{ stream: true }, 'application/json', 'text/event-stream'],
    [{}, 'application/json, text/event-stream', 'text/event-stream'],
    [{}, 'application/json, text/event-stream;q=0', 'application/json'],
  ])('H11.12: %j with Accept: %s answers %s', async (fields, accept, type) => {
    const reply = await client.ask(fields, { headers: { accept } });
    expect(reply.headers.get('content-type')).toContain(type);
    if (type === 'text/event-stream') client.leavers++;
  });
});
