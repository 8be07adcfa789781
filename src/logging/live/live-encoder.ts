import type { EventEncoder } from '../../common/http/event-stream.js';
import { problemBody } from '../../common/problem.filter.js';
import type { Problem } from '../../common/problem.js';
import { sseComment, sseFrame } from '../../common/sse-frame.js';
import type { LogRecord } from '../dto/log-record.dto.js';

/** `GET /logs/live`: an event `row` for each row. */
export class LiveEncoder implements EventEncoder<readonly LogRecord[]> {
  constructor(private readonly requestId: string) {}

  encode(rows: readonly LogRecord[]): string {
    return rows.length === 0
      ? sseComment('following the log')
      : rows.map((row) => sseFrame(row, 'row')).join('');
  }

  /** No last event: the client reconnects. */
  end(): string {
    return sseComment('over');
  }

  fail(problem: Problem): string {
    return sseFrame(problemBody(problem, this.requestId), 'error');
  }
}
