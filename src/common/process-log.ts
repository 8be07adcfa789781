import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';
import { types } from 'node:util';
import type { LogLevel } from '../config/log-level.js';
import { standardOutput, type LineWriter } from './standard-output.js';

/** Contexts under which Nest says what it loads and maps: thirty lines at each start that help nobody. */
const NEST_ITSELF: ReadonlySet<string> = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

/**
 * The log of the process: one JSON line an event, readable text in a terminal. Nest's own Logger writes through it.
 * Everything that a prompt could contain is a JSON string there, so it cannot forge a line.
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

  /** As suits what standard output is: text in a terminal, else JSON. */
  static async create(level: LogLevel): Promise<ProcessLog> {
    return new ProcessLog(standardOutput(), level, process.stdout.isTTY ? await forPeople() : (line) => line);
  }

  /** Resolves when all lines have left, or after `maxMs` without them: the last thing before the process ends. */
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

/** Only a terminal pays for the forty files of pino-pretty and what it needs. */
async function forPeople(): Promise<(line: string) => string> {
  const { prettyFactory } = await import('pino-pretty');
  return prettyFactory({ ignore: 'context', colorize: true });
}

/** Nest calls with a message, perhaps a stack, and the context last; ours may be an object with a `message` and more. */
function entry(message: unknown, rest: readonly unknown[]): [object, string] {
  const fields = rest.length > 1 ? { context: rest.at(-1), stack: rest[0] } : { context: rest[0] };
  if (types.isNativeError(message)) return [Object.assign(fields, { stack: message.stack }), message.message];
  if (typeof message === 'object' && message !== null) {
    const { message: text } = message as { message?: unknown };
    // Assigned and not spread, as there is a line for every chat; pino leaves out what is undefined.
    return [Object.assign(fields, message, { message: undefined }), typeof text === 'string' ? text : ''];
  }
  return [fields, String(message)];
}
