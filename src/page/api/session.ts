import { signal } from '@preact/signals';
import type { Key } from './types.ts';

const STORED = 'parley.key';

/** The client's key, in this tab's memory and `sessionStorage` only; '' where none was given. */
export const key = signal(sessionStorage.getItem(STORED) ?? '');

/** Why the page asks for a key: the service wants one, or did not accept the one it was given. */
export const keyWanted = signal<'missing' | 'refused' | undefined>(undefined);

/** What `GET /keys/me` says of the key. */
export type Holder = Pick<Key, 'name' | 'role' | 'models'>;

export const holder = signal<Holder | undefined>(undefined);

export function useKey(secret: string): void {
  key.value = secret;
  sessionStorage.setItem(STORED, secret);
  keyWanted.value = undefined;
}

/** The key and all that was done with it: a fresh page remembers nothing. */
export function forgetKey(): void {
  sessionStorage.clear();
  location.reload();
}

/** @param secret what the refused request carried: an answer to an older one says nothing of the key in use */
export function refuseKey(secret: string): void {
  if (secret !== key.value) return;
  keyWanted.value = secret === '' ? 'missing' : 'refused';
}
