import type { Key, KeyTerms } from './key.js';
import { digestOf, keyText, newId, newSecret } from './key-secret.js';

/** A key and, only at creation, its full text. */
export interface IssuedKey {
  readonly key: Key;
  /** `parley_…_…`: shown to the caller, never stored. */
  readonly text: string;
}

export function createKey(terms: KeyTerms, now: Date): IssuedKey {
  const id = newId();
  const secret = newSecret(id);
  const { name, role, models, rpm, tpm, concurrency, budget, expiresAt } = terms;
  const key: Key = {
    id,
    name,
    role,
    models,
    rpm,
    tpm,
    concurrency,
    budget,
    expiresAt,
    digest: digestOf(secret),
    former: null,
    createdAt: now.toISOString(),
    revokedAt: null,
  };
  return { key, text: keyText({ id, secret }) };
}

/** Gives the key a new secret. The previous one stays valid for `graceMs`; older ones expire now. */
export function rotateKey(key: Key, graceMs: number, now: Date): IssuedKey {
  const secret = newSecret(key.id);
  const until = new Date(now.getTime() + graceMs).toISOString();
  const former = graceMs > 0 ? { digest: key.digest, until } : null;
  return { key: { ...key, digest: digestOf(secret), former }, text: keyText({ id: key.id, secret }) };
}

/** A revoked key stays revoked, with the time of the first revocation. */
export function revokeKey(key: Key, now: Date): Key {
  return { ...key, former: null, revokedAt: key.revokedAt ?? now.toISOString() };
}

/** @param now ms since 1970 */
export function isInForce(key: Key, now: number): boolean {
  return key.revokedAt === null && (key.expiresAt === null || now < Date.parse(key.expiresAt));
}
