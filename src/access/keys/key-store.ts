import type { Key } from './key.js';

/** The keys could not be changed: what is wrong, for operators; may name the path. */
export class KeyStoreError extends Error {
  override readonly name = 'KeyStoreError';
}

/**
 * Where keys are kept: a file, or PostgreSQL. Questions are answered from memory, as each request asks; what another
 * process changes is seen within a second.
 */
export abstract class KeyStore {
  /** False while no keys could be read since the start: then there may be any. */
  abstract readonly isKnown: boolean;

  abstract find(id: string): Key | undefined;

  /** Is there no key at all, not even a revoked one? Asked with every request. */
  abstract get isEmpty(): boolean;

  /** In the order in which they were made, revoked ones too. */
  abstract list(): readonly Key[];

  /** Resolves once the key is kept. Rejects with KeyStoreError. */
  abstract add(key: Key): Promise<void>;

  /**
   * Puts what `change` makes of the key in its place, and answers that; undefined where there is no such key. `change`
   * sees the newest state; what it throws is passed on. Rejects with KeyStoreError.
   */
  abstract update(id: string, change: (key: Key) => Key): Promise<Key | undefined>;
}
