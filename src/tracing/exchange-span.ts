import { SpanKind, SpanStatusCode, trace, type Context, type Span, type Tracer } from '@opentelemetry/api';
import type { LogRow } from '../logging/log-row.js';
import { CONVENTION } from '../metrics/conventions.js';
import type { OwnNames } from '../metrics/own-names.js';
import type { AttemptTrace, ChatRequest } from '../models/model.types.js';
import { inputMessages, outputMessages } from './message-content.js';
import { contextOf, headersOf } from './trace-context.js';
import type { ExchangeTrace } from './tracing.js';

/** The answer was no longer wanted: not an error. */
const LEFT: ReadonlySet<string> = new Set(['cancelled', 'client_closed', 'client_stalled']);

/** The CLIENT span of an exchange, from its admission until its row is written, with the spans of its attempts. */
export class ExchangeSpan implements ExchangeTrace {
  private readonly span: Span;
  private readonly context: Context;

  constructor(
    private readonly tracer: Tracer,
    private readonly names: OwnNames,
    private readonly request: ChatRequest,
    private readonly withContent: boolean,
  ) {
    const parent = contextOf(request.traceparent, request.tracestate);
    this.span = this.start(request.model, parent);
    this.span.setAttribute('parley.id', request.id);
    this.context = trace.setSpan(parent, this.span);
  }

  readonly attempt = (upstreamModel: string, attempt: number): AttemptTrace => {
    const span = this.start(upstreamModel, this.context);
    span.setAttributes({
      [CONVENTION.provider]: this.names.provider(upstreamModel),
      'parley.attempt': attempt,
    });
    return Object.assign(headersOf(span), {
      end: (outcome: string): void => {
        finish(span, outcome === 'ok' ? '' : outcome);
      },
    });
  };

  end(row: LogRow, responseId: string | undefined): void {
    // Unknown values set no attribute.
    this.span.setAttributes({
      [CONVENTION.provider]: this.names.provider(row.upstream_model),
      [CONVENTION.responseId]: responseId,
      [CONVENTION.responseModel]: row.upstream_model || undefined,
      [CONVENTION.finishReasons]: row.finish_reason ? [row.finish_reason] : undefined,
      [CONVENTION.timeToFirstChunk]: row.ttft ?? undefined,
      [CONVENTION.inputTokens]: row.prompt_tokens ?? undefined,
      [CONVENTION.outputTokens]: row.response_tokens ?? undefined,
      'parley.cost': row.cost ?? undefined,
      'parley.attempts': row.attempts ?? undefined,
    });
    if (this.withContent && this.span.isRecording())
      this.span.setAttributes({
        [CONVENTION.inputMessages]: inputMessages(this.request.messages),
        [CONVENTION.outputMessages]: outputMessages(row),
      });
    finish(this.span, row.error);
  }

  private start(model: string, parent: Context): Span {
    const { operation = 'chat' } = this.request;
    return this.tracer.startSpan(
      `${operation} ${model}`,
      {
        kind: SpanKind.CLIENT,
        attributes: { [CONVENTION.operation]: operation, [CONVENTION.requestModel]: model },
      },
      parent,
    );
  }
}

/** @param error our error code, or empty */
function finish(span: Span, error: string): void {
  if (error !== '') {
    span.setAttribute(CONVENTION.errorType, error);
    if (!LEFT.has(error)) span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}
