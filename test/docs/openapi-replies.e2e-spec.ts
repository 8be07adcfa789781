import fc from 'fast-check';
import type { Step } from '../../src/emulator/faults.js';
import { ApiDocument } from '../support/api-document.js';
import { exchange } from '../support/plain-http.js';
import { ServiceChild } from '../support/service-child.js';

const ADMIN = 'admin-canary-0123456789-0123456789';
const LLAMA = 'meta-llama/llama-3.1-8b-instruct';
const HELLO = [{ role: 'user', content: 'Say hello. Call get_weather.' }];
const TOOL = { type: 'function', function: { name: 'get_weather', parameters: { type: 'object' } } };

interface Ask {
  readonly method: string;
  readonly path: string;
  readonly query?: string;
  readonly body?: unknown;
  readonly key?: string | undefined;
  readonly headers?: Record<string, string>;
  readonly fault?: { kind: string; [field: string]: unknown };
}

/** Good requests, which the hostile ones are made of; to other routes, the document's own example. */
const GOOD: Record<string, unknown> = {
  'POST /chat': { model: 'llama', prompt: 'Say hello.' },
  'POST /v1/chat/completions': { model: 'llama', messages: HELLO, tools: [TOOL], logprobs: true },
  'POST /v1/messages': {
    model: 'llama',
    max_tokens: 50,
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Say hello with look.' }] }],
    tools: [{ name: 'look', input_schema: { type: 'object' } }],
    thinking: { type: 'adaptive' },
  },
  'POST /v1/completions': { model: 'llama', prompt: 'Say hello.', logprobs: 2 },
  'POST /v1/embeddings': { model: 'llama', input: ['a', 'b'], encoding_format: 'base64' },
  'POST /keys': {
    name: 'alice',
    rpm: 60,
    tpm: 1000,
    budget: '5/day',
    models: ['llama'],
    expires: '2099-01-01',
  },
  'PATCH /keys/{id}': { name: 'bob', rpm: null },
  'POST /keys/{id}/rotate': { grace: '1h' },
  'PUT /logs/{id}/score': { score: 1, comment: 'Good.' },
};

const FAULTS = [
  { kind: 'normal' },
  ...[400, 401, 402, 403, 404, 413, 422, 429, 500, 503, 529].map((status) => ({ kind: 'status', status })),
  { kind: 'status', status: 422, body: { detail: [{ loc: ['body'], msg: '<b>bad</b>' }] } },
  { kind: 'reset', at: 1 },
  { kind: 'garbage' },
  { kind: 'empty-choices' },
  { kind: 'error-chunk', after: 1 },
  { kind: 'omit', parts: ['usage'] },
];

const QUERIES = [
  '',
  'limit=2',
  'limit=0',
  'limit=x',
  'status=ok',
  'model=llama&model=mistral',
  'q=%00',
  'q=hello',
  'from=2026-01-01',
];
const LOG_QUERIES = [
  'cursor=x',
  'to=1',
  'bucket=hour',
  'bucket=year',
  'by=requested_model',
  'format=jsonl',
  'format=raw',
  'format=parquet',
  'min_latency=-1',
  'unknown=1',
];
const IDS = ['me', 'x', '01KATXV6Z3E6M3A9V8J6ZB1T5Q', '..%2f..', '%E0%A4%A', 'a'.repeat(200)];

describe('Every reply of every route', () => {
  let service: ServiceChild;
  let document: ApiDocument;
  let chatKey: string;
  /** Ids that there are: of a row and of a key. */
  let ids: string[];

  const send = async ({ method, path, query, body: value, key, headers, fault }: Ask) => {
    service.emulator.reset();
    if (fault) service.emulator.always(LLAMA, fault as Step);
    const body = value === undefined || typeof value === 'string' ? value : JSON.stringify(value);
    return exchange(`${service.url}${path}${query ? `?${query}` : ''}`, {
      method,
      headers: {
        // With its length: Node sends the body of a GET without any, as if it were another request.
        ...(body !== undefined && {
          'content-type': 'application/json',
          'content-length': String(Buffer.byteLength(body)),
        }),
        ...(key && { authorization: `Bearer ${key}` }),
        ...headers,
      },
      body,
    });
  };
  const goodFor = (method: string, path: string): unknown =>
    GOOD[`${method} ${path}`] ?? document.exampleOf(method, path);
  const make = async (): Promise<{ id: string; key: string }> => {
    const body = { name: 'c', rpm: 1e6, tpm: 1e9, budget: '100' };
    const { text } = await send({ method: 'POST', path: '/keys', key: ADMIN, body });
    return JSON.parse(text) as { id: string; key: string };
  };
  const check = async (ask: Ask): Promise<number> => {
    const { status, headers, text } = await send(ask);
    const faults = document.faultsOf({
      method: ask.method,
      path: ask.path,
      status,
      contentType: headers['content-type'] ?? null,
      text,
    });
    expect({ ask, status, text: text.slice(0, 500), faults }).toEqual(
      expect.objectContaining({ faults: [] }),
    );
    return status;
  };
  /** Those of the document, without the stream that never ends. */
  const routes = (): [method: string, path: string][] =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods)
        .filter(() => path !== '/logs/live')
        .map((method): [string, string] => [method.toUpperCase(), path]),
    );

  beforeAll(async () => {
    service = await ServiceChild.start({
      env: { ADMIN_KEY: ADMIN, RETRY_MAX_ATTEMPTS: '1', CATALOGUE_REFRESH_MS: '3600000' },
    });
    document = await ApiDocument.of(service.url);
    const { id, key } = await make();
    chatKey = key;
    const row = await send({ method: 'POST', path: '/chat', key, body: GOOD['POST /chat'] });
    ids = [id, (JSON.parse(row.text) as { id: string }).id];
  });
  afterAll(() => service.dispose());

  it('is as the document says, of good requests', async () => {
    const spare = await make();
    for (const [method, path] of routes()) {
      const id = path.startsWith('/logs') ? ids[1]! : spare.id;
      const ask = {
        method,
        path: path.replace('{id}', id).replace('{model}', 'llama'),
        key: ADMIN,
        body: goodFor(method, path),
      };
      // Of the admin key that is stored nowhere there is nothing to show.
      const status = await check(path === '/keys/me' ? { ...ask, key: chatKey } : ask);
      expect({ method, path, good: status < 300 || method === 'DELETE' || path === '/keys/me' }).toEqual({
        method,
        path,
        good: true,
      });
    }
    const streams = ['/chat', '/v1/chat/completions', '/v1/messages', '/v1/completions'];
    for (const path of streams)
      expect(
        await check({
          method: 'POST',
          path,
          key: ADMIN,
          body: { ...(GOOD[`POST ${path}`] as object), stream: true },
        }),
      ).toBe(200);
  });

  it('is as the document says, whatever is asked', async () => {
    const hostile = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom<unknown>(
        null,
        '',
        -1,
        1e308,
        2 ** 53,
        true,
        [],
        {},
        [[]],
        '\u0000',
        '\ud800',
        'x'.repeat(3000),
      ),
    );
    const bodyFor = (route: string): fc.Arbitrary<unknown> => {
      const [method = '', path = ''] = route.split(' ');
      const good = goodFor(method, path) as Record<string, unknown> | undefined;
      if (!good) return fc.constant(undefined);
      const fields = [
        ...Object.keys(good),
        'stream',
        'fallback',
        'models',
        'functions',
        'provider',
        'max_tokens',
        'stop',
        'n',
        'tool_choice',
        'metadata',
        'unknown',
      ];
      const changed = fc
        .tuple(fc.constantFrom(...fields), hostile)
        .map(([field, value]) => ({ ...good, [field]: value }));
      return fc.oneof(
        { weight: 3, arbitrary: fc.constant<unknown>(good) },
        { weight: 4, arbitrary: changed },
        {
          weight: 1,
          arbitrary: fc.oneof(fc.constantFrom<unknown>('{', '[]', 'null', '"x"', '{"a":1,"a":2}'), hostile),
        },
      );
    };
    const keys = fc.constantFrom(ADMIN, ADMIN, chatKey, chatKey, undefined, 'parley_wrong', 'x'.repeat(300));
    const asks = fc.constantFrom(...routes()).chain(([method, template]) =>
      fc.record<Ask>({
        method: fc.oneof(
          { weight: 9, arbitrary: fc.constant(method) },
          { weight: 1, arbitrary: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE') },
        ),
        path: fc.constantFrom(...ids, ...IDS, 'llama').map((id) => template.replace(/\{\w+\}/, id)),
        query: template.startsWith('/logs')
          ? fc.constantFrom(...QUERIES, ...LOG_QUERIES)
          : fc.constantFrom('', 'x=1'),
        body: bodyFor(`${method} ${template}`),
        key: keys,
        headers: fc.constantFrom<Record<string, string>>(
          {},
          {},
          {},
          { accept: 'text/event-stream' },
          { accept: 'text/html' },
          { host: 'evil.example' },
          { origin: 'https://evil.example' },
          { 'content-type': 'text/plain' },
        ),
        fault: fc.constantFrom(...FAULTS),
      }),
    );
    const statuses = new Set<number>();
    await fc.assert(
      // The key of the chats may not be revoked or changed by the way.
      fc.asyncProperty(
        asks.filter(({ method, path }) => !(path.startsWith(`/keys/${ids[0]}`) && method !== 'GET')),
        async (ask) => {
          statuses.add(await check(ask));
        },
      ),
      { numRuns: 400, interruptAfterTimeLimit: 60_000 },
    );
    expect([...statuses]).toEqual(expect.arrayContaining([200, 400, 401, 403, 404, 405]));
  }, 90_000);
});
