import type { Request, Response } from 'express';
import type { LogRow } from '../logging/log-row.js';
import type { AttemptTrace, ChatRequest } from '../models/model.types.js';

/** One exchange as a trace follows it. */
export interface ExchangeTrace {
  /** A call of a slug begins. */
  readonly attempt: (upstreamModel: string, attempt: number) => AttemptTrace;
  /** @param responseId the upstream's id of the answer, if it gave one */
  end(row: LogRow, responseId: string | undefined): void;
}

/** Follows requests and exchanges. This one follows nothing: it is there where OpenTelemetry is not asked for. */
export class Tracing {
  /** Shown every request as soon as it has its context, whose trace context it may set. */
  request(_request: Request, _response: Response): void {
    return;
  }

  /** Shown every exchange that is about to happen. */
  exchange(_request: ChatRequest): ExchangeTrace | undefined {
    return undefined;
  }
}
