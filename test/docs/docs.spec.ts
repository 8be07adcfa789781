import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Settings } from '../../src/config/settings.js';
import { LOG_COLUMNS } from '../../src/logging/log-row.js';
import { json, type Json } from '../support/json.js';
import { ServiceChild } from '../support/service-child.js';

const root = join(__dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const readme = read('README.md');
/** The README and every page of docs/, by path. */
const pages = new Map(
  [
    'README.md',
    ...readdirSync(join(root, 'docs'))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`),
  ].map((path) => [path, read(path)]),
);
const page = (name: string): string => pages.get(`docs/${name}`) ?? '';

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
  it('can be read in one sitting', () => {
    expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
  });
});

describe('docs/', () => {
  it.each([...defaults])('has %s in configuration.md', (name, value) => {
    const row = new RegExp(`^\\|.*\`${name}\`.*$`, 'm').exec(page('configuration.md'))?.[0];
    expect(row).toBeDefined();
    if (value !== '' && !name.endsWith('_UPSTREAM')) expect(row).toContain(`\`${value}\``);
  });

  it('names the columns of the log in order', () => {
    expect(page('log.md')).toContain(LOG_COLUMNS.join(','));
  });

  it.each([...pages])('names only scripts and files that exist (%s)', (path, text) => {
    const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: Json }).scripts);
    const named = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
    const links = [...text.matchAll(/\]\((?!http|#)([^)#]+)\)/g)].map(([, link = '']) => link);
    for (const link of links)
      expect({ link, there: existsSync(join(root, dirname(path), link)) }).toEqual({ link, there: true });
  });

  it('tells of every fault that a test or a comment cites', () => {
    const cited = citedFaults();
    expect(cited.length).toBeGreaterThan(80);
    const rows = new Set([...page('faults.md').matchAll(/^\| ([A-Z]\d+) /gm)].map(([, id]) => id));
    expect(cited.filter((id) => !rows.has(id))).toEqual([]);
  });
});

/** Identifiers at the beginning of a test's name: `U1`, `C2, C21:`, `A11 callers`. */
function citedFaults(): string[] {
  const files = ['src', 'test'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('spec.ts'))
      .map((name) => read(join(folder, name))),
  );
  const names = files.flatMap((text) => [
    ...text.matchAll(
      /^\s*(?:it|describe)[\w.]*(?:\([^'`]*|\])?\(?['`]((?:[UCALPHBDG]\d+(?:\.\d+)?[,:]? ?)+)/gm,
    ),
  ]);
  const ids = names.flatMap(([, prefix = '']) => [...prefix.matchAll(/[UCALPHBDG]\d+/g)].map(([id]) => id));
  return [...new Set(ids)].sort();
}

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
      'GET /logs/live',
      'GET /logs/stats',
      'GET /logs/{id}',
      'GET /metrics',
      'GET /models',
      'GET /v1/models',
      'GET /v1/models/{model}',
      'PATCH /keys/{id}',
      'POST /chat',
      'POST /keys',
      'POST /keys/{id}/rotate',
      'POST /v1/chat/completions',
      'POST /v1/completions',
      'POST /v1/embeddings',
      'POST /v1/messages',
      'POST /v1/responses',
      'PUT /logs/{id}/score',
    ]);
  });

  it('describes each of them, with an answer for the good case', () => {
    for (const [name, { summary, responses }] of operations()) {
      expect({ name, summary }).toEqual({ name, summary: expect.stringMatching(/\w+/) });
      expect(Object.keys(responses as Json)[0]).toMatch(/^20[04]$/);
    }
  });

  it('has each route under one of the tags', () => {
    const tags = new Set(operations().flatMap(([, operation]) => operation.tags as string[]));
    expect([...tags].sort()).toEqual([
      'Anthropic',
      'Chat',
      'Health',
      'Keys',
      'Log',
      'Models',
      'OpenAI',
      'Service',
    ]);
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
    const common = path.startsWith('/health') ? ['421', 'default'] : ['401', '403', '421', 'default'];
    expect(Object.keys(responses).sort()).toEqual(['200', ...statuses, ...common].sort());
    for (const status of statuses)
      expect(JSON.stringify(responses[status]!.content)).toMatch(/"examples?":\{"/);
  });

  it.each(['/', '/health/live'])('has the answer of %s for its example', async (path) => {
    const { responses } = paths[path]!.get as { responses: Record<string, { content: Json }> };
    expect(responses['200']!.content['application/json']).toMatchObject({
      example: await json(await fetch(`${service.url}${path}`)),
    });
  });

  it('can be tried out as it stands: no filter is filled in, but each path; only the ids of rows are for the reader to give', () => {
    const parameters = operations().flatMap(([route, operation]) =>
      ((operation.parameters as { in: string; schema: Json }[] | undefined) ?? []).map((parameter) => ({
        route,
        ...parameter,
      })),
    );
    expect(parameters.length).toBeGreaterThan(10);
    for (const { route, in: place, schema } of parameters)
      expect({ route, place, example: 'example' in schema }).toEqual({
        route,
        place,
        example: place === 'path' && !route.includes('/logs/'),
      });
  });

  it('answers other methods with 405', async () => {
    for (const path of ['/docs', '/docs-json', '/docs-yaml', '/docs/index.html']) {
      const { status, headers } = await fetch(service.url + path, { method: 'DELETE' });
      expect([path, status, headers.get('allow')]).toEqual([path, 405, 'GET, HEAD']);
    }
  });

  it('has the version of package.json', async () => {
    const { version } = JSON.parse(read('package.json')) as { version: string };
    const document = await json(await fetch(`${service.url}/docs-json`));
    expect(document.info).toMatchObject({ version });
    expect(await json(await fetch(service.url))).toMatchObject({ version });
  });

  it('is described in api.md, route by route', () => {
    const missing = operations()
      .map(([name]) => name.split(' ')[1] ?? '')
      .filter((path) => !page('api.md').includes(path));
    expect(missing).toEqual([]);
  });
});
