import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { STATUS_CODES } from 'node:http';
import { foreseen } from './foreseen.js';
import { allowedMethods } from './http/allowed-methods.js';
import { ClientClosed } from './http/request-context.js';
import { Problem } from './problem.js';

/** How errors look under certain paths. By path: malformed JSON, 404, 405, 413 and 415 reach no controller. */
export interface ErrorShape {
  readonly path: RegExp;
  readonly contentType: string;
  /** Header for the request id, in addition to X-Request-Id. */
  readonly requestIdHeader?: string;
  /** The failure in the terms of these paths' API. */
  worded(problem: Problem): Problem;
  body(problem: Problem, requestId: string): object;
}

/** RFC 9457, for all other paths. */
const PROBLEM_JSON: ErrorShape = {
  path: /^/,
  contentType: 'application/problem+json; charset=utf-8',
  worded: (problem) => problem,
  body: problemBody,
};

/** Turns every failure into a reply in the format of its path; an unexpected one into a bare 500. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  /** The first shape that matches the path is used. */
  constructor(private readonly shapes: readonly ErrorShape[]) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const shape = this.shapes.find(({ path }) => path.test(request.path)) ?? PROBLEM_JSON;
    const problem = shape.worded(toProblem(exception, request));
    this.reply(wrongMethod(problem, request, response) ?? problem, shape, request, response);
  }

  private reply(problem: Problem, shape: ErrorShape, { context }: Request, response: Response): void {
    if (problem instanceof ClientClosed || response.destroyed) return;
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response.status(problem.getStatus());
    setRetryHeaders(problem, response);
    const body = Buffer.from(JSON.stringify(shape.body(problem, context.requestId)));
    response.setHeader('Content-Type', shape.contentType);
    if (shape.requestIdHeader) response.setHeader(shape.requestIdHeader, context.requestId);
    response.setHeader('Content-Length', body.length);
    response.end(body);
  }
}

/** The body of the reply; also the data of an `error` event in a stream. */
export function problemBody(problem: Problem, requestId: string): object {
  const status = problem.getStatus();
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: problem.detail,
    code: problem.code,
    request_id: requestId,
    ...(problem.errors && { errors: problem.errors }),
  };
}

function setRetryHeaders(problem: Problem, response: Response): void {
  if (problem.retryAfter !== undefined) response.setHeader('Retry-After', problem.retryAfter);
  else response.setHeader('x-should-retry', 'false');
}

/** Refusals that come before the check of the method: whether the caller may ask at all. */
const REFUSED_BEFORE = new Set([403, 421]);

/** A method that the path lacks is reported first, even if the gate has already found an error in the body. */
function wrongMethod(found: Problem, request: Request, response: Response): Problem | undefined {
  if (REFUSED_BEFORE.has(found.getStatus())) return undefined;
  const allowed = allowedMethods(request);
  if (allowed.length === 0 || allowed.includes(request.method)) return undefined;
  response.setHeader('Allow', allowed.join(', '));
  return methodNotAllowed(request, allowed);
}

export function methodNotAllowed(
  { path, method }: Pick<Request, 'path' | 'method'>,
  allowed: readonly string[],
): Problem {
  return new Problem({
    status: 405,
    code: 'method_not_allowed',
    detail: `${path} does not support ${method}. Use ${allowed.join(', ')}.`,
  });
}

function toProblem(exception: unknown, request: Request): Problem {
  if (exception instanceof HttpException && !(exception instanceof Problem))
    return fromHttpException(exception, request);
  return foreseen(exception, request.context.requestId);
}

/** Nest's own exceptions, such as an unknown route or a failed health check. */
function fromHttpException(exception: HttpException, request: Request): Problem {
  const status = exception.getStatus();
  const title = STATUS_CODES[status] ?? 'Error';
  const code = title.toLowerCase().replaceAll(/[^a-z]+/g, '_');
  if (status === 404)
    return new Problem({
      status,
      code,
      detail: `There is no ${request.method} ${request.path} here. GET / lists the routes.`,
    });
  return new Problem({ status, code, detail: `${title}.` });
}
