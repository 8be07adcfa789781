import { isUtf8 } from 'node:buffer';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { Problem } from '../problem.js';
import { exceededJsonLimit } from './json-limits.js';
import { RequestContext } from './request-context.js';

/** Printable ASCII without spaces or quotes: safe in a header, a log line and a row. */
const REQUEST_ID = /^[\w.:/+=@~-]{1,128}$/;
const TRACEPARENT = /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/;

export interface GateOptions {
  /** Largest body, in bytes. */
  bodyMaxBytes: number;
}

/**
 * The first thing that every request meets. Gives it its context, and turns its body into JSON once and for all:
 * only `application/json`, unencoded and within bounds, reaches a parser, and a body too large is answered at once.
 * In place of body-parser, which decompresses before any guard runs (faults.md F1) and accepts forms that any web
 * page can send (F17).
 */
export function gate(options: GateOptions): RequestHandler {
  return (request, response, next) => {
    const context = new RequestContext(
      response,
      matching(request.headers['x-request-id'], REQUEST_ID),
      matching(request.headers.traceparent, TRACEPARENT),
    );
    request.context = context;
    response.setHeader('X-Request-Id', context.requestId);
    if (hasBody(request)) readJson(request, response, options.bodyMaxBytes, next);
    else next();
  };
}

function matching(header: string | string[] | undefined, pattern: RegExp): string | undefined {
  return typeof header === 'string' && pattern.test(header) ? header : undefined;
}

/** GET, HEAD and the like: a body there has no meaning to us, and Node discards it. */
function hasBody({ method, headers }: Request): boolean {
  if (method === 'POST' || method === 'PUT' || method === 'PATCH') return true;
  return method === 'DELETE' && (headers['content-length'] ?? headers['transfer-encoding']) !== undefined;
}

function readJson(request: Request, response: Response, maxBytes: number, next: NextFunction): void {
  const refusal = refusedByHeaders(request, maxBytes);
  if (refusal) {
    refuse(refusal, response, next);
    return;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  const onData = (chunk: Buffer): void => {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
    else {
      request.off('data', onData).off('end', onEnd).pause();
      refuse(tooLarge(maxBytes), response, next);
    }
  };
  const onEnd = (): void => {
    const parsed = parseJson(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size));
    if (parsed instanceof Problem) next(parsed);
    else {
      request.body = parsed.value;
      next();
    }
  };
  request.on('data', onData).on('end', onEnd);
}

/** Refuses without reading the body: the connection cannot be used again. */
function refuse(problem: Problem, response: Response, next: NextFunction): void {
  response.setHeader('Connection', 'close');
  next(problem);
}

function refusedByHeaders({ headers }: Request, maxBytes: number): Problem | undefined {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity')
    return unsupported('Content-Encoding is not accepted: send the body uncompressed.');
  if (!isJson(headers['content-type']))
    return unsupported('The body has to be JSON in UTF-8: send Content-Type: application/json.');
  return Number(headers['content-length'] ?? 0) > maxBytes ? tooLarge(maxBytes) : undefined;
}

function isJson(contentType: string | undefined): boolean {
  if (contentType === 'application/json') return true;
  const [type, ...parameters] = (contentType ?? '').toLowerCase().split(';');
  return (
    type?.trim() === 'application/json' &&
    parameters.every(
      (parameter) => !/^\s*charset\s*=/.test(parameter) || /=\s*"?utf-?8"?\s*$/.test(parameter),
    )
  );
}

function parseJson(bytes: Buffer): { value: unknown } | Problem {
  if (!isUtf8(bytes)) return invalidJson('The body is not valid UTF-8.');
  const exceeded = exceededJsonLimit(bytes);
  if (exceeded) return new Problem({ status: 400, code: 'too_complex', detail: `The body ${exceeded}.` });
  try {
    return { value: JSON.parse(bytes.toString('utf8')) as unknown };
  } catch {
    // V8's message quotes the body: not for a reply.
    return invalidJson(
      bytes.length === 0 ? 'The body is empty: send a JSON object.' : 'The body is not valid JSON.',
    );
  }
}

function invalidJson(detail: string): Problem {
  return new Problem({ status: 400, code: 'invalid_json', detail });
}

function unsupported(detail: string): Problem {
  return new Problem({ status: 415, code: 'unsupported_media_type', detail });
}

function tooLarge(maxBytes: number): Problem {
  return new Problem({
    status: 413,
    code: 'body_too_large',
    detail: `The body is larger than ${maxBytes} bytes.`,
  });
}
