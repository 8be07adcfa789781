import type { Key } from './key.js';

/** The keys could not be changed. The message is for operators and may name the path. */
export class KeyStoreError extends Error {
  override readonly name = 'KeyStoreError';
}

/**
 * The store of keys: a file, or PostgreSQL. Lookups use memory, because every request makes one; changes by
 * another process are seen within a second.
 */
export abstract class KeyStore {
  /** False until keys have been read since the start: until then there may be any. */
  abstract readonly isKnown: boolean;

  abstract find(id: string): Key | undefined;

  /** True if there is no key at all, not even a revoked one. Called for every request. */
  abstract get isEmpty(): boolean;

  /** In order of creation, including revoked ones. */
  abstract list(): readonly Key[];

  /** Resolves once the key is stored. Rejects with KeyStoreError. */
  abstract add(key: Key): Promise<void>;

  /**
   * Replaces the key with the result of `change` and returns it; undefined if there is no such key. `change`
   * sees the newest state; its errors are passed on. Rejects with KeyStoreError.
   */
  abstract update(id: string, change: (key: Key) => Key): Promise<Key | undefined>;
}
