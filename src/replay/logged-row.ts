import type { LogRecord } from '../logging/dto/log-record.dto.js';

/** A row as returned by `GET /logs`. */
export interface LoggedRow extends Omit<LogRecord, 'messages'> {
  /** The whole conversation, if the request had one, as parsed JSON. */
  readonly messages: unknown;
}
