import fc from 'fast-check';
import { digestOf, keyText, newId, newSecret, opens, parseKey } from './key-secret.js';

const NOW = Date.parse('2026-11-24T12:00:00Z');

function makeKey() {
  const id = newId();
  const secret = newSecret(id);
  return { id, secret, digest: digestOf(secret), former: null };
}

describe('the text of a key', () => {
  it('has a public part of 12, a secret of 43, and reads back', () => {
    const { id, secret } = makeKey();
    const text = keyText({ id, secret });
    expect(text).toMatch(/^parley_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}$/);
    expect(parseKey(text)).toEqual({ id, secret });
  });

  it('A5 finds every single wrong character', () => {
    const text = keyText(makeKey());
    fc.assert(
      fc.property(
        fc.nat(text.length - 1),
        fc.constantFrom('0', 'a', 'Z', '_', '-', 'é', ' ', '\0'),
        (at, character) => {
          fc.pre(text[at] !== character);
          expect(parseKey(text.slice(0, at) + character + text.slice(at + 1))).toBeUndefined();
        },
      ),
    );
  });

  it.each([
    (text: string) => text.slice(0, -1),
    (text: string) => `${text}0`,
    (text: string) => `${text}\n`,
    (text: string) => ` ${text}`,
    (text: string) => text.toUpperCase(),
    () => '',
    () => "' OR '1'='1",
    () => 'x'.repeat(8192),
  ])('A4 A5 is none when changed by %p', (change) => {
    expect(parseKey(change(keyText(makeKey())))).toBeUndefined();
  });
});

describe('a secret', () => {
  it('A5 A6 opens its own key and no other; its digest opens nothing', () => {
    const key = makeKey();
    expect(opens(key.secret, key, NOW)).toBe(true);
    expect(opens(makeKey().secret, key, NOW)).toBe(false);
    expect(opens(key.digest, key, NOW)).toBe(false);
    expect(opens(key.secret, undefined, NOW)).toBe(false);
    expect(opens('', key, NOW)).toBe(false);
  });

  it('opens for as long as the grace of a rotation lasts', () => {
    const old = makeKey();
    const until = '2026-11-24T12:00:01.000Z';
    const key = { ...makeKey(), former: { digest: old.digest, until } };
    expect(opens(old.secret, key, NOW)).toBe(true);
    expect(opens(old.secret, key, Date.parse(until))).toBe(false);
    expect(opens(key.secret, key, Date.parse(until))).toBe(true);
  });
});
