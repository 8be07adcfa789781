import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { until } from '../../../test/support/until.js';
import { FileKeyStore } from './file-key.store.js';
import { UNLIMITED, type Key } from './key.js';
import { KeyFile } from './key-file.js';
import { writeKeys } from './key-json.js';
import { createKey } from './key-changes.js';

const newKey = (name = 'alice'): Key => createKey({ ...UNLIMITED, name }, new Date()).key;

describe('the file of the keys', () => {
  let folder: string;
  let path: string;
  let store: FileKeyStore | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-keys-'));
    path = join(folder, 'chat_keys.json');
  });
  afterEach(async () => {
    await store?.onApplicationShutdown();
    store = undefined;
    await rm(folder, { recursive: true });
  });

  const put = async (text: string, mode = 0o600): Promise<void> => {
    await writeFile(path, text, { mode });
    await chmod(path, mode);
  };

  it('keeps keys privately, whole, and leaves nothing beside them', async () => {
    store = await FileKeyStore.open(path);
    expect(store.list()).toEqual([]);
    const [a, b] = [newKey('a'), newKey('b')];
    await store.add(a);
    await store.add(b);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['chat_keys.json']);
    expect((await FileKeyStore.open(path)).list()).toEqual([a, b]);
    expect(await store.update(a.id, (key) => ({ ...key, rpm: 5 }))).toMatchObject({ id: a.id, rpm: 5 });
    expect(await store.update('nobodynobody', (key) => key)).toBeUndefined();
  });

  it('loses none of the changes of several programs at once', async () => {
    const stores = await Promise.all([1, 2, 3].map(() => FileKeyStore.open(path)));
    await Promise.all(stores.flatMap((each) => [each.add(newKey()), each.add(newKey())]));
    expect((await FileKeyStore.open(path)).list()).toHaveLength(6);
  });

  const torn = writeKeys([newKey()]).slice(0, 200);
  it.each([
    ['empty', '', 'it is empty'],
    ['torn', torn, 'it is not complete JSON'],
    ['foreign', '{"name":"package"}', 'it is not a file of keys'],
    ['newer', writeKeys([]).replace('"version": 1', '"version": 2'), 'version'],
    [
      'with a limit that is a word',
      writeKeys([{ ...newKey(), rpm: 'many' as never }]),
      'keys[0] has a wrong rpm',
    ],
    ['with a field from elsewhere', writeKeys([{ ...newKey(), max: 3 } as never]), 'unknown field "max"'],
    ['without a digest', writeKeys([{ ...newKey(), digest: undefined } as never]), 'keys[0] lacks digest'],
  ])('B10 %s: refused with its path, and left as it is', async (_what, text, reason) => {
    await put(text);
    await expect(FileKeyStore.open(path)).rejects.toThrow(path);
    await expect(FileKeyStore.open(path)).rejects.toThrow(reason);
    await expect(new KeyFile(path).change(() => [])).rejects.toThrow(reason);
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  it('B10 a link, a folder or a file that others may read is refused', async () => {
    await put(writeKeys([]), 0o640);
    await expect(FileKeyStore.open(path)).rejects.toThrow('chmod 600');
    await chmod(path, 0o600);
    await rename(path, join(folder, 'elsewhere'));
    await symlink(join(folder, 'elsewhere'), path);
    await expect(FileKeyStore.open(path)).rejects.toThrow('it is a link');
    await rm(path);
    await mkdir(path);
    await expect(FileKeyStore.open(path)).rejects.toThrow('regular file');
  });

  it('sees within a second what another program changes', async () => {
    store = (await FileKeyStore.open(path)).watch();
    const other = await FileKeyStore.open(path);
    const key = newKey();
    await other.add(key);
    await until('the key is known', () => store?.find(key.id) !== undefined, 1_000);
    await other.update(key.id, (old) => ({ ...old, revokedAt: new Date().toISOString() }));
    await until('the key is revoked', () => store?.find(key.id)?.revokedAt != null, 1_000);
  });

  it('B10 keeps the last good state, with one error line, until the file is good again', async () => {
    const errors = jest.spyOn(Logger.prototype, 'error').mockImplementation();
    const seed = await FileKeyStore.open(path);
    const key = newKey();
    await seed.add(key);
    const good = await readFile(path, 'utf8');
    store = (await FileKeyStore.open(path)).watch();
    await link(path, join(folder, 'keep'));
    await rm(path);
    await put('{"half":');
    await until('it is noticed', () => errors.mock.calls.length > 0, 1_500);
    expect(store.find(key.id)).toEqual(key);
    await expect(store.add(newKey())).rejects.toThrow('not complete JSON');
    expect(await readFile(path, 'utf8')).toBe('{"half":');
    await rm(path);
    await until('that it is gone is noticed', () => errors.mock.calls.length > 1, 1_500);
    expect(store.find(key.id)).toEqual(key);
    await expect(store.add(newKey())).rejects.toThrow('is gone');
    await put(good.replace('"alice"', '"alicia"'));
    await until('it is read again', () => store?.find(key.id)?.name === 'alicia', 1_500);
    expect(errors).toHaveBeenCalledTimes(2);
    errors.mockRestore();
  });
});
