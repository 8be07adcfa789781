import type { LogFilterDto } from './dto/log-query.dto.js';

/** Which rows a question is about: those that a client asks for, among those that it may see. */
export interface LogFilter extends LogFilterDto {
  /** Id of the key whose rows alone may be seen, whatever `key` says. */
  scope?: string | undefined;
}
