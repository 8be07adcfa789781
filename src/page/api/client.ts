import { Failure, failureOf, unreachable } from './failure.ts';
import { key, refuseKey } from './session.ts';

interface RequestOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: unknown;
  accept?: string;
  signal?: AbortSignal;
}

/** One request to the service the page came from. Throws a Failure, or the reason of `signal`. */
export async function send(path: string, options: RequestOptions = {}): Promise<Response> {
  const { method = 'GET', body, accept = 'application/json', signal } = options;
  const headers: Record<string, string> = { Accept: accept };
  const secret = key.value;
  if (secret !== '') headers.Authorization = `Bearer ${secret}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const response = await fetch(path, {
    method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
    signal: signal ?? null,
    credentials: 'omit',
    cache: 'no-store',
  }).catch((error: unknown) => {
    throw signal?.aborted ? error : unreachable();
  });
  if (response.ok) return response;
  const failure = await failureOf(response);
  if (failure.status === 401) refuseKey(secret);
  throw failure;
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return readJson<T>(await send(path, signal ? { signal } : {}));
}

export async function sendJson<T>(
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<T> {
  return readJson<T>(await send(path, { method, body }));
}

async function readJson<T>(response: Response): Promise<T> {
  const text = await response.text().catch(() => {
    throw unreachable();
  });
  if (text === '') return undefined as T;
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new Failure({
      detail: 'What answered is not Parley: its reply is not JSON.',
      status: response.status,
    });
  }
}

/** `{a: 'x', b: ''}` → `?a=x`. */
export function query(parameters: Record<string, string | number | undefined>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== '');
  return given.length === 0
    ? ''
    : `?${new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)])).toString()}`;
}
