import { getJson, sendJson } from '../api/client.ts';
import { Resource } from '../api/resource.ts';
import type { Key, KeyList, NewKey } from '../api/types.ts';

export const keys = new Resource<readonly Key[]>();

export function readKeys(): Promise<void> {
  return keys.read(async () => (await getJson<KeyList>('keys')).data);
}

/** What of a key may be chosen; `expires` is a date, such as 2027-01-01. */
export type KeyTerms = Pick<Key, 'name' | 'role' | 'models' | 'rpm' | 'tpm' | 'concurrency' | 'budget'> & {
  expires: string | null;
};

export function createKey(terms: KeyTerms): Promise<NewKey> {
  return sendJson('POST', 'keys', terms);
}

export function changeKey(id: string, terms: KeyTerms): Promise<void> {
  return sendJson('PATCH', `keys/${encodeURIComponent(id)}`, terms);
}

export function revokeKey(id: string): Promise<void> {
  return sendJson('DELETE', `keys/${encodeURIComponent(id)}`);
}

export function rotateKey(id: string, grace: string): Promise<NewKey> {
  return sendJson('POST', `keys/${encodeURIComponent(id)}/rotate`, { grace });
}
