import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { STATUS_CODES } from 'node:http';
import { inspect, types } from 'node:util';
import { ClientClosed } from './http/request-context.js';
import { Problem } from './problem.js';

/** Every failure becomes an `application/problem+json` (RFC 9457) reply; what nobody foresaw, a bare 500. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  catch(exception: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const problem = this.toProblem(exception, request);
    if (problem instanceof ClientClosed || response.destroyed) return;
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response.status(problem.getStatus());
    this.setRetryHeaders(problem, response);
    const body = Buffer.from(JSON.stringify(this.body(problem, request)));
    response.setHeader('Content-Type', this.contentType(request));
    response.setHeader('Content-Length', body.length);
    response.end(body);
  }

  protected contentType(_request: Request): string {
    return 'application/problem+json; charset=utf-8';
  }

  protected body(problem: Problem, request: Request): object {
    return problemBody(problem, request.context.requestId);
  }

  private setRetryHeaders(problem: Problem, response: Response): void {
    if (problem.retryAfter !== undefined) response.setHeader('Retry-After', problem.retryAfter);
    else response.setHeader('x-should-retry', 'false');
  }

  private toProblem(exception: unknown, request: Request): Problem {
    if (exception instanceof Problem) return exception;
    if (exception instanceof HttpException) return fromHttpException(exception, request);
    this.logger.error({
      message: 'An error that nobody foresaw',
      requestId: request.context.requestId,
      error: types.isNativeError(exception) ? exception.stack : inspect(exception),
    });
    return new Problem({
      status: 500,
      code: 'internal_error',
      detail: 'Something went wrong in this service.',
    });
  }
}

/** The reply's body; also the data of an `error` event in a stream. */
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

/** Nest's own exceptions: an unknown route, a failed health check. */
function fromHttpException(exception: HttpException, request: Request): Problem {
  const status = exception.getStatus();
  const title = STATUS_CODES[status] ?? 'Error';
  const code = title.toLowerCase().replaceAll(/[^a-z]+/g, '_');
  if (status === 404)
    return new Problem({
      status,
      code,
      detail: `There is no ${request.method} ${request.path} here. GET / lists what is.`,
    });
  return new Problem({ status, code, detail: `${title}.` });
}
