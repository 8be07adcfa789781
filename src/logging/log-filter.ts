import type { LogFilterDto } from './dto/log-query.dto.js';

/** The rows of a query: those that a client asks for, among those that it may see. */
export interface LogFilter extends LogFilterDto {
  /** Id of the only key whose rows may be seen, whatever `key` says. */
  scope?: string | undefined;
}
