import crypto from 'node:crypto';
import { Settings } from '../config/settings.js';
import { KeyRing } from './key-ring.service.js';
import { createKey } from './keys/key-changes.js';
import { keyText, newId, newSecret } from './keys/key-secret.js';
import type { KeyStore } from './keys/key-store.js';
import { UNLIMITED, type Key } from './keys/key.js';

const ADMIN = 'admin-canary-0123456789-0123456789';
const TERMS = { ...UNLIMITED, name: 'alice' };

function ringOf(keys: readonly Key[], adminKey = ''): KeyRing {
  const store = {
    isKnown: true,
    find: (id) => keys.find((key) => key.id === id),
    list: () => keys,
    isEmpty: keys.length === 0,
  } as KeyStore;
  return new KeyRing(store, Object.assign(new Settings(), { ADMIN_KEY: adminKey }));
}

const madeUp = (): string => {
  const id = newId();
  return keyText({ id, secret: newSecret(id) });
};

describe('KeyRing', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('A6 compares as many whole digests, in constant time, whatever is presented', () => {
    const { key, text } = createKey(TERMS, new Date());
    const gone = createKey({ ...TERMS, expiresAt: '2020-01-01T00:00:00.000Z' }, new Date());
    const ring = ringOf([key, gone.key], ADMIN);
    const wrong = keyText({ id: key.id, secret: newSecret(key.id) });
    const work = [text, wrong, gone.text, madeUp(), key.digest, text.slice(0, -1), '', 'x', ADMIN].map(
      (it) => {
        const compare = jest.spyOn(crypto, 'timingSafeEqual');
        const digest = jest.spyOn(crypto, 'hash');
        ring.authenticate(it);
        const lengths = compare.mock.calls.map(([a, b]) => [a.byteLength, b.byteLength]);
        const result = { lengths, digests: digest.mock.calls.length };
        jest.restoreAllMocks();
        return result;
      },
    );
    const whole = [32, 32];
    for (const each of work) expect(each).toEqual({ lengths: [whole, whole, whole], digests: 2 });
  });

  it('A5 opens for its own text alone', () => {
    const { key, text } = createKey(TERMS, new Date());
    const ring = ringOf([key], ADMIN);
    expect(ring.authenticate(text)).toBe(key);
    expect(ring.authenticate(ADMIN)?.role).toBe('admin');
    for (const other of [madeUp(), key.digest, `${ADMIN}x`, ADMIN.slice(1), 'admin', ''])
      expect(ring.authenticate(other)).toBeUndefined();
  });

  it('is closed by any key, a revoked one too, and by ADMIN_KEY', () => {
    const { key } = createKey(TERMS, new Date());
    expect(ringOf([]).isClosed).toBe(false);
    expect(ringOf([], ADMIN).isClosed).toBe(true);
    expect(ringOf([{ ...key, revokedAt: '2026-01-01T00:00:00.000Z' }]).isClosed).toBe(true);
  });
});
