import type { LogRecord } from '../logging/dto/log-record.dto.js';

/** A row as `GET /logs` answers it. */
export interface LoggedRow extends Omit<LogRecord, 'messages'> {
  /** The whole conversation where one was sent, as JSON has it. */
  readonly messages: unknown;
}
