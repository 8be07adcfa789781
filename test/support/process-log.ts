import type { LoggerService } from '@nestjs/common';

export interface LogEntry {
  readonly level: string;
  /** Of our own entries, the fields. */
  readonly fields: Record<string, unknown>;
}

/** What the service would have written to its process log, in order. */
export class CapturedLog implements LoggerService {
  readonly entries: LogEntry[] = [];

  log = this.keep('info');
  warn = this.keep('warn');
  error = this.keep('error');
  fatal = this.keep('fatal');
  debug = this.keep('debug');
  verbose = this.keep('trace');

  with(message: string): LogEntry[] {
    return this.entries.filter(({ fields }) => fields.message === message);
  }

  private keep(level: string): (message: unknown, ...rest: unknown[]) => void {
    return (message, ...rest) => {
      const fields =
        typeof message === 'object' && message !== null ? (message as Record<string, unknown>) : { message };
      this.entries.push({ level, fields: { ...fields, rest } });
    };
  }
}
