import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import yaml from 'js-yaml';
import { TestApp } from '../support/test-app.js';

const run = promisify(execFile);
const ADMIN = 'admin-canary-0123456789-0123456789';

interface Snippet {
  readonly client: string;
  readonly language: string;
  readonly text: string;
}

/** Every fenced block, with the heading that it stands under. */
const snippets: readonly Snippet[] = readFileSync(resolve('docs/clients.md'), 'utf8')
  .split(/^## /m)
  .slice(1)
  .flatMap((section) => {
    const client = section.split('\n')[0] ?? '';
    return [...section.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({
      client,
      language,
      text,
    }));
  });

describe('docs/clients.md', () => {
  let service: TestApp;
  let folder: string;

  beforeAll(async () => {
    service = await TestApp.start({ env: { ADMIN_KEY: ADMIN } });
    folder = await mkdtemp(join(tmpdir(), 'parley-clients-'));
    await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  });
  afterAll(async () => {
    await service.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('has a snippet for each client', () => {
    expect(new Set(snippets.map(({ client }) => client))).toEqual(
      new Set([
        'curl',
        'OpenAI SDK',
        'AI SDK',
        'LangChain',
        'Anthropic SDK',
        'opencode',
        'codex',
        'Continue',
        'promptfoo',
        'Open WebUI',
        'LibreChat',
      ]),
    );
  });

  it.each(snippets.filter(({ client, language }) => language === 'js' || client === 'curl'))(
    'runs as it stands: $client',
    async ({ language, text }) => {
      const here = text.replaceAll('http://127.0.0.1:8000', service.url);
      const path = join(folder, `snippet.${language === 'js' ? 'mjs' : 'sh'}`);
      await writeFile(path, here);
      const before = (await service.rows().catch(() => [])).length;
      const { stdout } = await run(language === 'js' ? process.execPath : '/bin/sh', [path], {
        env: { PATH: process.env.PATH, PARLEY_KEY: ADMIN },
      });
      expect(stdout).toContain('hello');
      expect((await service.rows()).slice(before)).toMatchObject([{ status: 'ok', model: 'llama' }]);
    },
    60_000,
  );

  it.each(snippets.filter(({ language }) => language === 'json' || language === 'yaml'))(
    'can be read, and asks this service: $client',
    ({ language, text }) => {
      const config: unknown = language === 'json' ? JSON.parse(text) : yaml.load(text);
      expect(JSON.stringify(config)).toMatch(/http:\/\/(127\.0\.0\.1|host\.docker\.internal):8000\/v1"/);
    },
  );
});
