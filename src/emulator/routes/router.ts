import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EmulatorState } from '../state/state.js';
import { Exchange } from '../wire/exchange.js';
import { jsonReply, Problem, wordProblem, type Provider } from '../wire/problem.js';
import { parseJson, readBody } from './body.js';
import { complete, performWhole } from './completions.js';
import { control, isControlPath } from './control.js';
import { embedAll } from './embeddings.js';
import { lookUpGeneration } from './generation.js';
import { listModels } from './models.js';

/** Where a provider has its API; requests without it are served as well. */
export const prefixes: Readonly<Record<Provider, string>> = { openrouter: '/api/v1', openai: '/v1' };

/** Answers one request; never rejects. */
export async function handle(
  state: EmulatorState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const exchange = new Exchange(response, request.socket);
  try {
    const body = await route(state, request, exchange);
    if (body) exchange.send(jsonReply(200, body));
  } catch (error) {
    if (exchange.gone) return;
    const problem = error instanceof Problem ? error : new Problem(500);
    if (response.headersSent) await exchange.interrupt('cut');
    else exchange.send(wordProblem(state.options.provider, problem));
  }
}

/** @returns the body to send, unless it was sent already */
async function route(
  state: EmulatorState,
  request: IncomingMessage,
  exchange: Exchange,
): Promise<object | undefined> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://emulator');
  const text = await readBody(request);
  const method = request.method ?? '';
  if (isControlPath(pathname)) return control(state, `${method} ${pathname}`, text);
  const prefix = prefixes[state.options.provider];
  const target = `${method} ${pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length) : pathname}`;
  const serve = chats[target];
  if (!serve) {
    state.requests.record(request, text === '' ? undefined : text);
    const step = state.script.next(target, true);
    if (!step) return read(state, request, target, searchParams);
    const whole = () => read(state, request, target, searchParams);
    await performWhole(state, exchange, { model: state.catalogue.find(target), step, plan: {}, whole });
    return undefined;
  }
  const body = recordBody(state, request, text);
  requireKey(state, request);
  state.key.requireCredit(state.generations.spent);
  await serve(state, exchange, body);
  return undefined;
}

type Serve = (state: EmulatorState, exchange: Exchange, body: unknown) => Promise<void>;
const chats: Readonly<Record<string, Serve>> = {
  'POST /chat/completions': complete,
  'POST /embeddings': embedAll,
};

function recordBody(state: EmulatorState, request: IncomingMessage, text: string): unknown {
  let body: unknown = text;
  try {
    body = parseJson(text);
  } finally {
    state.requests.record(request, body);
  }
  return body;
}

function read(
  state: EmulatorState,
  request: IncomingMessage,
  target: string,
  query: URLSearchParams,
): object {
  const openRouter = state.options.provider === 'openrouter';
  // OpenRouter's list is public: no key is asked for.
  if (!openRouter || target !== 'GET /models') requireKey(state, request);
  if (target === 'GET /models') return listModels(state);
  if (openRouter && target === 'GET /key') return { data: state.key.describe(state.generations.spent) };
  if (openRouter && target === 'GET /generation') return lookUpGeneration(state, query.get('id') ?? '');
  throw new Problem(404, { code: 'unknown_url' });
}

function requireKey({ options, key }: EmulatorState, { headers }: IncomingMessage): void {
  const given = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (options.provider === 'openai' && options.apiKey === undefined && !key.refused) return;
  if (given === undefined) throw new Problem(401);
  const wrong = options.apiKey !== undefined && given !== options.apiKey;
  if (wrong || key.refused) throw new Problem(401, { message: 'Invalid API key' });
}
