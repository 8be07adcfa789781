import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import { isObject } from '../fields.js';
import type { EmulatorState } from '../state/state.js';
import { Exchange } from '../wire/exchange.js';
import { Problem, sendReply, wordProblem } from '../wire/problem.js';
import { complete, performRead } from './completions.js';
import { embedAll } from './embeddings.js';
import { describeKey, listModels, lookUpGeneration, requireCredit } from './reads.js';

/** Where a provider has its API; requests without it are served as well. */
export const prefixes = { openrouter: '/api/v1', openai: '/v1' } as const;

export function createApp(state: EmulatorState): Express {
  const { provider } = state.options;
  const app = express().disable('x-powered-by').disable('etag');
  app.use(express.text({ limit: '32mb', type: () => true }), (request, _, next) => {
    request.body = parseJson(request.body);
    next();
  });
  app.use('/emulator', controlRoutes(state));
  const api = apiRoutes(state);
  app.use(prefixes[provider], api).use(api);
  app.use(refuse(provider === 'openrouter'));
  return app;
}

/** What tests and people use to order faults and read counts; no part of any provider. */
function controlRoutes(state: EmulatorState): express.Router {
  return express
    .Router()
    .post('/script', (request, response) => {
      try {
        state.order(request.body);
      } catch (error) {
        throw new Problem(400, { message: error instanceof Error ? error.message : String(error) });
      }
      response.json({});
    })
    .post('/reset', (_, response) => {
      state.reset();
      response.json({});
    })
    .get('/stats', (_, response) => {
      response.json(state.stats());
    })
    .get('/requests', (_, response) => {
      response.json({ data: state.requests() });
    })
    .use(noRoute);
}

type Serve = (state: EmulatorState, exchange: Exchange, body: unknown) => Promise<void>;
type Read = (state: EmulatorState, query: Request['query']) => object;

function apiRoutes(state: EmulatorState): express.Router {
  const openRouter = state.options.provider === 'openrouter';
  const chat = (serve: Serve) => async (request: Request, response: Response) => {
    // What is left a text is no JSON.
    if (typeof request.body === 'string') throw new Problem(400, { message: 'The body is not valid JSON' });
    requireKey(state, request);
    requireCredit(state);
    await serve(state, new Exchange(response, request.socket), request.body);
  };
  const read = (describe: Read) => async (request: Request, response: Response) => {
    const target = `GET ${request.path}`;
    const step = state.nextStep(target, true);
    // OpenRouter's list is public: no key is asked for.
    if (!openRouter || describe !== listModels) requireKey(state, request);
    const body = describe(state, request.query);
    if (step) await performRead(state, new Exchange(response, request.socket), target, step, body);
    else response.json(body);
  };
  const api = express
    .Router()
    .use(({ method, originalUrl: url, headers, body }: Request, _, next) => {
      state.record({ method, url, headers, body });
      next();
    })
    .post('/chat/completions', chat(complete))
    .post('/embeddings', chat(embedAll))
    .get('/models', read(listModels));
  if (openRouter) api.get('/key', read(describeKey)).get('/generation', read(lookUpGeneration));
  return api.use(noRoute);
}

function requireKey({ options, keyChanges: { refused } }: EmulatorState, { headers }: Request): void {
  const { provider, apiKey } = options;
  const given = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (provider === 'openai' && apiKey === undefined && !refused) return;
  if (given === undefined) throw new Problem(401);
  const wrong = apiKey !== undefined && given !== apiKey;
  if (wrong || refused) throw new Problem(401, { message: 'Invalid API key' });
}

/** What is no JSON stays as it is. */
function parseJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return text;
  }
}

function noRoute(): never {
  throw new Problem(404, { code: 'unknown_url' });
}

/** Words whatever was thrown; four parameters are how Express knows it. */
function refuse(openRouter: boolean): ErrorRequestHandler {
  return (error: unknown, _request, response, _next) => {
    if (response.headersSent || response.destroyed) response.destroy();
    else sendReply(response, wordProblem(openRouter, problemOf(error)));
  };
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  // The body parser's: too large, or a client that left.
  return new Problem(isObject(error) && typeof error.status === 'number' ? error.status : 500);
}
