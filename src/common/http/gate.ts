import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Problem } from '../problem.js';
import { BodyBudget, type BodyShare } from './body-budget.js';
import { callerCheck, type CallerRules } from './callers.js';
import { inTurn } from './in-turn.js';
import { isLingering, lingerOnClose } from './linger.js';
import { bodyTooLarge, parseJson, refusedByHeaders } from './read-json.js';
import { RequestContext } from './request-context.js';

/** Printable ASCII without spaces or quotes: safe in a header, a log line and a row. */
const REQUEST_ID = /^[\w.:/+=@~-]{1,128}$/;
const TRACEPARENT = /^(?!ff)[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}$/;
/** Its entries matter only to the systems that wrote them. */
const TRACESTATE = /^[\x20-\x7e]{1,512}$/;

export interface GateOptions extends CallerRules {
  /** Largest body, in bytes. */
  readonly bodyMaxBytes: number;
  /** How long a client may stop reading its reply, in ms. */
  readonly stallTimeoutMs: number;
  /** Is the service about to stop? Then connections are closed after the reply. */
  readonly isDraining: () => boolean;
  /** Called for every request as soon as it has its context. */
  readonly observe: (request: Request, response: Response) => void;
}

interface Arrival {
  readonly request: Request;
  readonly response: Response;
  readonly next: NextFunction;
}

/**
 * The first handler of every request. Sets its context, refuses callers sent by other web pages, and parses the body
 * once: only unencoded `application/json` within limits reaches a parser, and a body that is too large is refused at
 * once. Replaces body-parser, which decompresses before any guard runs (faults.md F1) and accepts forms, which any
 * web page can send (F17).
 */
export function gate(options: GateOptions): RequestHandler {
  const refusedCaller = callerCheck(options);
  const budget = new BodyBudget();
  return (request, response, next) => {
    if (isLingering(request.socket)) return;
    const traceparent = matching(request.headers.traceparent, TRACEPARENT);
    const context = new RequestContext(
      response,
      matching(request.headers['x-request-id'], REQUEST_ID),
      traceparent,
      traceparent && matching(request.headers.tracestate, TRACESTATE),
    );
    request.context = context;
    context.limitStall(options.stallTimeoutMs);
    options.observe(request, response);
    response.setHeader('X-Request-Id', context.requestId);
    if (options.isDraining()) response.setHeader('Connection', 'close');
    const refusal = refusedCaller(request.method, request.headers);
    const arrival = { request, response, next };
    inTurn(request, response, () => {
      if (refusal) refuse(refusal, arrival);
      else if (hasBody(request)) readBody(arrival, options.bodyMaxBytes, budget);
      else next();
    });
  };
}

function matching(header: string | string[] | undefined, pattern: RegExp): string | undefined {
  return typeof header === 'string' && pattern.test(header) ? header : undefined;
}

/** A body of GET, HEAD and the like has no meaning; Node discards it. */
function hasBody({ method, headers }: Request): boolean {
  if (method === 'POST' || method === 'PUT' || method === 'PATCH') return true;
  return method === 'DELETE' && (headers['content-length'] ?? headers['transfer-encoding']) !== undefined;
}

function readBody(arrival: Arrival, maxBytes: number, budget: BodyBudget): void {
  const { request, response } = arrival;
  const refusal = refusedByHeaders(request, maxBytes);
  if (refusal) {
    refuse(refusal, arrival);
    return;
  }
  const share = budget.share();
  request.context.onClosed(() => {
    share.giveBack();
  });
  // Sent only now: a client that waits for it need not send a body that is refused (faults.md F15).
  if (request.headers.expect !== undefined) response.writeContinue();
  collect(arrival, maxBytes, share);
}

/** Reads the body while it is within the size limit and the budget. */
function collect(arrival: Arrival, maxBytes: number, share: BodyShare): void {
  const { request, next } = arrival;
  const chunks: Buffer[] = [];
  let size = 0;
  const onData = (chunk: Buffer): void => {
    size += chunk.length;
    const refusal = size > maxBytes ? bodyTooLarge(maxBytes) : share.resize(size);
    if (refusal) {
      request.off('data', onData).off('end', onEnd).pause();
      refuse(refusal, arrival);
    } else chunks.push(chunk);
  };
  const onEnd = (): void => {
    const parsed = parseJson(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size));
    const refusal = 'value' in parsed ? share.resize(parsed.textBytes) : parsed;
    if ('value' in parsed && !refusal) request.body = parsed.value;
    next(refusal);
  };
  request.on('data', onData).on('end', onEnd);
}

/** Refuses without reading the rest of the body; the connection cannot be reused. */
function refuse(problem: Problem, { request, response, next }: Arrival): void {
  if (!request.complete) {
    response.setHeader('Connection', 'close');
    lingerOnClose(request);
  }
  next(problem);
}
