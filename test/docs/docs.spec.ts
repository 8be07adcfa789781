import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Settings } from '../../src/config/settings.js';
import { LOG_COLUMNS } from '../../src/logging/log-row.js';
import { json, type Json } from '../support/json.js';
import { ServiceChild } from '../support/service-child.js';

const root = join(__dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const readme = read('README.md');

/** Every variable with its default as it would be written in .env. */
const defaults = new Map<string, string>([
  ['OPENROUTER_API_KEY', ''],
  ...Object.entries(new Settings()).map(([name, value]): [string, string] => [name, String(value ?? '')]),
  ['MISTRAL_UPSTREAM', 'mistralai/mistral-7b-instruct,mistralai/ministral-8b-2512,mistralai/mistral-nemo'],
  ['LLAMA_UPSTREAM', 'meta-llama/llama-3.1-8b-instruct'],
]);

describe('.env.example', () => {
  it('has every variable with its default, and no other', () => {
    const lines = [...read('.env.example').matchAll(/^([A-Z_]+)=(.*)$/gm)];
    expect(Object.fromEntries(lines.map(([, name, value]) => [name, value]))).toEqual(
      Object.fromEntries(defaults),
    );
  });
});

describe('README.md', () => {
  it.each([...defaults])('has %s in the settings table', (name, value) => {
    const row = new RegExp(`^\\|.*\`${name}\`.*$`, 'm').exec(readme)?.[0];
    expect(row).toBeDefined();
    if (value !== '' && !name.endsWith('_UPSTREAM')) expect(row).toContain(`\`${value}\``);
  });

  it('names the columns of the log in order', () => {
    expect(readme).toContain(LOG_COLUMNS.join(','));
  });

  it('names only scripts that exist', () => {
    const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: Json }).scripts);
    const named = [...readme.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
  });

  it('names only files that exist', () => {
    const links = [...readme.matchAll(/\]\((?!http|#)([^)#]+)\)/g)].map(([, path = '']) => path);
    for (const path of links) expect(() => readFileSync(join(root, path))).not.toThrow();
  });
});

it('npm run bench -- --help shows its options', () => {
  const help = execFileSync(process.execPath, [join(root, 'test/bench/bench.mjs'), '--help']).toString();
  expect(help).toMatch(/--rounds N/);
});

describe('the OpenAPI document of the built service', () => {
  let service: ServiceChild;
  let paths: Record<string, Record<string, Json>>;

  beforeAll(async () => {
    service = await ServiceChild.start();
    const document = await json(await fetch(`${service.url}/docs-json`));
    paths = document.paths as typeof paths;
  });

  afterAll(() => service.dispose());

  const operations = (): [string, Json][] =>
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]): [string, Json] => [
        `${method.toUpperCase()} ${path}`,
        operation,
      ]),
    );

  it('has every route of the contract', () => {
    expect(
      operations()
        .map(([name]) => name)
        .sort(),
    ).toEqual([
      'DELETE /keys/{id}',
      'GET /',
      'GET /health',
      'GET /health/live',
      'GET /health/ready',
      'GET /keys',
      'GET /keys/me',
      'GET /keys/{id}',
      'GET /logs',
      'GET /logs/export',
      'GET /logs/stats',
      'GET /logs/{id}',
      'GET /models',
      'GET /v1/models',
      'GET /v1/models/{model}',
      'PATCH /keys/{id}',
      'POST /chat',
      'POST /keys',
      'POST /keys/{id}/rotate',
      'POST /v1/chat/completions',
    ]);
  });

  it('describes each of them, with an answer for the good case', () => {
    for (const [name, { summary, responses }] of operations()) {
      expect({ name, summary }).toEqual({ name, summary: expect.stringMatching(/\w+/) });
      expect(Object.keys(responses as Json)).toContain('200');
    }
  });

  it('has each route under one of the tags', () => {
    const tags = new Set(operations().flatMap(([, operation]) => operation.tags as string[]));
    expect([...tags].sort()).toEqual(['Chat', 'Health', 'Keys', 'Log', 'Models', 'OpenAI', 'Service']);
  });

  it.each([
    ['/logs', ['400', '503']],
    ['/logs/stats', ['400', '503']],
    ['/logs/export', ['400', '503']],
    ['/logs/{id}', ['404', '503']],
    ['/health', ['503']],
    ['/health/ready', ['503']],
  ])('shows the failures of %s with their bodies', (path, statuses) => {
    const responses = paths[path]!.get!.responses as Record<string, { content?: Json }>;
    expect(Object.keys(responses)).toEqual(['200', ...statuses]);
    for (const status of statuses)
      expect(JSON.stringify(responses[status]!.content)).toMatch(/"examples?":\{"/);
  });

  it.each(['/', '/health/live'])('has the answer of %s for its example', async (path) => {
    const { responses } = paths[path]!.get as { responses: Record<string, { content: Json }> };
    expect(responses['200']!.content['application/json']).toMatchObject({
      example: await json(await fetch(`${service.url}${path}`)),
    });
  });

  it('can be tried out as it stands: no filter is filled in, but each path', () => {
    const parameters = operations().flatMap(
      ([, operation]) => (operation.parameters as { in: string; schema: Json }[] | undefined) ?? [],
    );
    expect(parameters.length).toBeGreaterThan(10);
    for (const { in: place, schema } of parameters)
      expect({ place, example: 'example' in schema }).toEqual({ place, example: place === 'path' });
  });

  it('has its routes before it is made, at the first request for it', async () => {
    const paths = ['', '/', '-json', '-yaml', '/index.html', '/LICENSE', '/swagger-ui.css', '/nothing'];
    const scripts = ['/swagger-ui-init.js', '/docs/swagger-ui-init.js'];
    const fresh = await ServiceChild.start();
    const answers = (): Promise<unknown[]> =>
      Promise.all(
        [...paths, ...scripts].map(async (path) => {
          const { status, headers } = await fetch(`${fresh.url}/docs${path}`, { method: 'DELETE' });
          return [path, status, headers.get('allow')];
        }),
      );
    const before = await answers();
    const first = await Promise.all(['-json', '', '-json'].map((path) => fetch(`${fresh.url}/docs${path}`)));
    const after = await answers();
    await fresh.dispose();
    expect(first.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(before).toContainEqual(['-json', 405, 'GET, HEAD']);
    expect(before).toEqual(after);
  });

  it('is mentioned in the README, route by route', () => {
    const missing = operations()
      .map(([name]) => name.split(' ')[1] ?? '')
      .filter((path) => !readme.includes(path));
    expect(missing).toEqual([]);
  });
});
