import type { IncomingMessage, ServerResponse } from 'node:http';
import { isControlPath, replyToControl } from './control.js';
import { complete } from './completions.js';
import type { EmulatorState } from './emulator-state.js';
import { Exchange } from './exchange.js';
import { describeKey } from './key.js';
import { listModels } from './registry.js';
import { parseJson, readBody } from './request-body.js';
import { errorReply, jsonReply, WireError, type Reply } from './wire-error.js';

const prefix = '/api/v1';

/** Answers one request; never rejects. */
export async function handle(
  state: EmulatorState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const exchange = new Exchange(response, request.socket);
  try {
    await route(state, request, exchange);
  } catch (error) {
    if (exchange.gone) return;
    if (response.headersSent) exchange.cut();
    else exchange.send(error instanceof WireError ? error.reply : errorReply(500));
  }
}

async function route(state: EmulatorState, request: IncomingMessage, exchange: Exchange): Promise<void> {
  const url = request.url ?? '/';
  const end = url.indexOf('?');
  const path = end < 0 ? url : url.slice(0, end);
  const query = new URLSearchParams(end < 0 ? '' : url.slice(end));
  const text = await readBody(request);
  if (isControlPath(path)) {
    exchange.send(replyToControl(state, `${request.method ?? ''} ${path}`, text));
    return;
  }
  await routeApi(state, request, exchange, { path: withoutPrefix(path), query, text });
}

function withoutPrefix(path: string): string {
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;
}

interface ApiRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly text: string;
}

async function routeApi(
  state: EmulatorState,
  request: IncomingMessage,
  exchange: Exchange,
  { path, query, text }: ApiRequest,
): Promise<void> {
  const target = `${request.method ?? ''} ${path}`;
  if (target === 'POST /chat/completions') {
    const body = recordBody(state, request, text);
    requireKey(state, request);
    await complete(state, exchange, body);
    return;
  }
  state.requests.record(request, text === '' ? undefined : text);
  exchange.send(replyToRead(state, request, target, query));
}

function recordBody(state: EmulatorState, request: IncomingMessage, text: string): unknown {
  let body: unknown = text;
  try {
    body = parseJson(text);
  } finally {
    state.requests.record(request, body);
  }
  return body;
}

function replyToRead(
  state: EmulatorState,
  request: IncomingMessage,
  target: string,
  query: URLSearchParams,
): Reply {
  switch (target) {
    case 'GET /models':
      // The list is public on OpenRouter: no key is asked for.
      return jsonReply(200, listModels());
    case 'GET /key':
      requireKey(state, request);
      return jsonReply(200, describeKey());
    case 'GET /generation':
      requireKey(state, request);
      return state.generations.lookUp(query.get('id') ?? '');
    default:
      return errorReply(404);
  }
}

function requireKey({ options }: EmulatorState, { headers }: IncomingMessage): void {
  const key = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (key === undefined) throw new WireError(errorReply(401));
  if (options.apiKey !== undefined && key !== options.apiKey) {
    throw new WireError(errorReply(401, { message: 'Invalid API key' }));
  }
}
