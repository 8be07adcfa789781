import type { Request, Response } from 'express';
import type { LogRow } from '../logging/log-row.js';
import type { AttemptTrace, ChatRequest } from '../models/model.types.js';

/** The trace of one exchange. */
export interface ExchangeTrace {
  /** Called when a call of a slug begins. */
  readonly attempt: (upstreamModel: string, attempt: number) => AttemptTrace;
  /** @param responseId the upstream's id of the answer, if any */
  end(row: LogRow, responseId: string | undefined): void;
}

/** Traces requests and exchanges. This base class traces nothing; it is used without OpenTelemetry. */
export class Tracing {
  /** Called for every request as soon as it has its context; may set its trace context. */
  request(_request: Request, _response: Response): void {
    return;
  }

  /** Called for every exchange before it starts. */
  exchange(_request: ChatRequest): ExchangeTrace | undefined {
    return undefined;
  }
}
