import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ServiceChild } from '../support/service-child.js';

const run = promisify(execFile);
const tool = (name: string) => resolve('node_modules/.bin', name);

/** As strict as a client's own project may be; nothing but what browsers and Node have. */
const TSCONFIG = {
  compilerOptions: {
    strict: true,
    noEmit: true,
    target: 'ES2022',
    module: 'ESNext',
    moduleResolution: 'bundler',
    lib: ['ES2022', 'DOM', 'DOM.Iterable'],
    types: [],
    skipLibCheck: false,
  },
  include: ['**/*.ts'],
};

describe('The OpenAPI document, as tools read it', () => {
  let service: ServiceChild;
  let folder: string;
  let document: string;
  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  const compile = () => run(tool('tsc'), ['-p', folder], { cwd: folder });

  beforeAll(async () => {
    service = await ServiceChild.start();
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-openapi-'));
    document = join(folder, 'openapi.json');
    await writeFile(document, await (await fetch(`${service.url}/docs-json`)).text());
    await write('tsconfig.json', JSON.stringify(TSCONFIG));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  afterAll(() => service.dispose());

  it("passes redocly's and spectral's own rules", async () => {
    const { stdout } = await run(process.execPath, [resolve('test/docs/lint-openapi.mjs'), document]);
    expect(JSON.parse(stdout)).toEqual([]);
  }, 60_000);

  it('gives types that compile: openapi-typescript', async () => {
    await run(tool('openapi-typescript'), [document, '-o', join(folder, 'api.d.ts')], { cwd: folder });
    await write(
      'use.ts',
      `import type { components, paths } from './api.js';
      type Asked = paths['/chat']['post']['requestBody']['content']['application/json'];
      export const prompt: Asked = { model: 'llama', prompt: 'Hi' };
      export const conversation: Asked = { model: 'llama', messages: [{ role: 'user', content: 'Hi' }] };
      export const tokens = (reply: components['schemas']['ChatReplyDto']): number | null => reply.prompt_tokens;
      export const price = ({ price }: components['schemas']['SlugDto']): number | undefined => price?.prompt;`,
    );
    await compile();
  }, 60_000);

  it('gives a client that compiles: @hey-api/openapi-ts', async () => {
    await run(tool('openapi-ts'), ['-i', document, '-o', join(folder, 'api')], { cwd: folder });
    await write(
      'use.ts',
      `import { chat, logsStats } from './api/sdk.gen.js';
      export const ask = () => chat({ body: { model: 'llama', prompt: 'Hi' } });
      export const figures = () => logsStats({ query: { model: 'llama' } });`,
    );
    await compile();
  }, 60_000);

  it('gives a client that compiles: orval', async () => {
    await run(tool('orval'), ['--input', document, '--output', './api/client.ts', '--client', 'fetch'], {
      cwd: folder,
    });
    await write(
      'use.ts',
      `import { chat } from './api/client.js';
      export const ask = () => chat({ model: 'llama', prompt: 'Hi' });`,
    );
    await compile();
  }, 60_000);
});
