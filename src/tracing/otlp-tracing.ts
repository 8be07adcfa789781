import { SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import type { Request, Response } from 'express';
import { CONVENTION } from '../metrics/conventions.js';
import type { OwnNames } from '../metrics/own-names.js';
import type { ChatRequest } from '../models/model.types.js';
import { ExchangeSpan } from './exchange-span.js';
import { contextOf, headersOf } from './trace-context.js';
import { Tracing } from './tracing.js';

/** Requests to trace: all that can start an exchange. */
const DOOR = /^\/(?:chat|v1\/.+)$/;

/** Gives each API request a SERVER span, and each exchange a CLIENT span with a child for every attempt. */
export class OtlpTracing extends Tracing {
  constructor(
    private readonly tracer: Tracer,
    private readonly names: OwnNames,
    private readonly withContent: boolean,
  ) {
    super();
  }

  override request(request: Request, response: Response): void {
    const { method, path, context } = request;
    if (method !== 'POST' || !DOOR.test(path)) return;
    const span = this.tracer.startSpan(
      method,
      {
        kind: SpanKind.SERVER,
        attributes: { [CONVENTION.httpMethod]: method, [CONVENTION.urlPath]: path },
      },
      contextOf(context.traceparent, context.tracestate),
    );
    Object.assign(context, headersOf(span));
    context.onClosed(() => {
      const route = request.route as { readonly path: string } | undefined;
      if (route) span.updateName(`${method} ${route.path}`).setAttribute(CONVENTION.httpRoute, route.path);
      const { statusCode, writableFinished } = response;
      if (writableFinished) span.setAttribute(CONVENTION.httpStatus, statusCode);
      else span.setAttribute(CONVENTION.errorType, 'client_closed');
      if (writableFinished && statusCode >= 500) {
        span.setAttribute(CONVENTION.errorType, String(statusCode));
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end();
    });
  }

  override exchange(request: ChatRequest): ExchangeSpan {
    return new ExchangeSpan(this.tracer, this.names, request, this.withContent);
  }
}
