import { Controller, Get, Module } from '@nestjs/common';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileKeyStore } from '../../src/access/keys/file-key.store.js';
import { createKey } from '../../src/access/keys/key-changes.js';
import { UNLIMITED } from '../../src/access/keys/key.js';
import { TestApp } from '../support/test-app.js';

@Controller('forgotten')
class ForgottenController {
  @Get()
  open(): string {
    return 'open';
  }
}

@Module({ controllers: [ForgottenController] })
class ForgottenModule {}

const ADMIN = 'admin-canary-0123456789-0123456789';

it('A9 a route that says not who may call it stops the start', async () => {
  await expect(TestApp.start({ imports: [ForgottenModule] })).rejects.toThrow(
    'these routes lack @Access: ForgottenController.open',
  );
});

it('a stranger cannot make the first key of an open service', async () => {
  const service = await TestApp.start();
  expect((await service.get('/models')).status).toBe(200);
  for (const reply of [await service.get('/keys'), await service.post('/keys', { name: 'mallory' })]) {
    expect(reply.status).toBe(401);
    expect(reply.headers.get('www-authenticate')).toBe('Bearer');
  }
  expect((await service.get('/models')).status).toBe(200);
  await service.stop();
});

describe('A10 an address that others reach', () => {
  const HOST = '0.0.0.0';

  it.each(['0.0.0.0', '::', 'localhost.example.com'])('stops the start at %s without keys', async (host) => {
    await expect(TestApp.start({ env: { HOST: host } })).rejects.toThrow('npm run keys -- create');
  });

  it.each<Record<string, string>>([{ ADMIN_KEY: ADMIN }, { ALLOW_INSECURE: '1' }])(
    'is allowed with %j',
    async (env) => {
      const service = await TestApp.start({ env: { HOST, ...env } });
      expect((await service.get('/models')).status).toBe('ADMIN_KEY' in env ? 401 : 200);
      await service.stop();
    },
  );

  it('is allowed as soon as a key exists', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'parley-keys-'));
    const CHAT_KEYS_PATH = join(folder, 'chat_keys.json');
    const { key } = createKey({ ...UNLIMITED, name: 'alice' }, new Date());
    await (await FileKeyStore.open(CHAT_KEYS_PATH)).add(key);
    const service = await TestApp.start({ env: { HOST, CHAT_KEYS_PATH } });
    expect((await service.get('/models')).status).toBe(401);
    await service.stop();
    await rm(folder, { recursive: true });
  });
});
