import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';
import { types } from 'node:util';
import type { LogLevel } from '../config/log-level.js';
import { standardOutput, type LineWriter } from './standard-output.js';

/** Contexts under which Nest reports what it loads and maps: thirty useless lines at each start. */
const NEST_ITSELF: ReadonlySet<string> = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

/**
 * The process log: one JSON line per event, or readable text in a terminal. Nest's Logger writes through it. Text
 * from prompts is always inside a JSON string, so it cannot forge a line.
 */
export class ProcessLog implements LoggerService {
  private readonly logger: Logger;

  private constructor(
    private readonly out: LineWriter,
    level: LogLevel,
    words: (line: string) => string,
  ) {
    this.logger = pino(
      { level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime },
      {
        write: (line) => {
          out.write(words(line));
        },
      },
    );
  }

  /** Depends on standard output: text in a terminal, else JSON. */
  static async create(level: LogLevel): Promise<ProcessLog> {
    return new ProcessLog(standardOutput(), level, process.stdout.isTTY ? await forPeople() : (line) => line);
  }

  /** Resolves when all lines are written, or after `maxMs`. Call it last, before the process ends. */
  end(maxMs: number): Promise<void> {
    return this.out.end(maxMs);
  }

  log(message: unknown, ...rest: unknown[]): void {
    if (NEST_ITSELF.has(String(rest.at(-1)))) this.logger.debug(...entry(message, rest));
    else this.logger.info(...entry(message, rest));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.logger.warn(...entry(message, rest));
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.logger.error(...entry(message, rest));
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.logger.fatal(...entry(message, rest));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(...entry(message, rest));
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.logger.trace(...entry(message, rest));
  }
}

/** Loaded for terminals only: pino-pretty and its dependencies are forty files. */
async function forPeople(): Promise<(line: string) => string> {
  const { prettyFactory } = await import('pino-pretty');
  return prettyFactory({ ignore: 'context', colorize: true });
}

/** Nest passes a message, perhaps a stack, and the context last; our messages may be objects with more fields. */
function entry(message: unknown, rest: readonly unknown[]): [object, string] {
  const fields = rest.length > 1 ? { context: rest.at(-1), stack: rest[0] } : { context: rest[0] };
  if (types.isNativeError(message)) return [Object.assign(fields, { stack: message.stack }), message.message];
  if (typeof message === 'object' && message !== null) {
    const { message: text } = message as { message?: unknown };
    // Assigned, not spread, because each chat logs a line; pino omits undefined fields.
    return [Object.assign(fields, message, { message: undefined }), typeof text === 'string' ? text : ''];
  }
  return [fields, String(message)];
}
