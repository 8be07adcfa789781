import type { LoggerService } from '@nestjs/common';
import { destination, pino, type DestinationStream, type Logger } from 'pino';
import { types } from 'node:util';

/** As much as may wait for a reader that is slow. */
const MAX_WAITING_BYTES = 1024 * 1024;

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

  private constructor(out: DestinationStream) {
    this.logger = pino({ base: undefined, timestamp: pino.stdTimeFunctions.isoTime }, out);
  }

  /** As suits what standard output is. */
  static async create(): Promise<ProcessLog> {
    return new ProcessLog(process.stdout.isTTY ? await prettyStream() : jsonStream());
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
async function prettyStream(): Promise<DestinationStream> {
  const { PinoPretty } = await import('pino-pretty');
  return PinoPretty({ ignore: 'context' });
}

function jsonStream(): DestinationStream {
  // Not `sync`: a reader that stops reading would stop the service. Beyond the bound lines are dropped.
  const out = destination({ fd: 1, sync: false, maxLength: MAX_WAITING_BYTES });
  // A reader that has gone away (`| head -1`) must not take the service with it.
  out.on('error', () => undefined);
  return out;
}

/** Nest calls with a message, perhaps a stack, and the context last; ours may be an object with a `message` and more. */
function entry(message: unknown, rest: readonly unknown[]): [object, string] {
  const context = rest.at(-1);
  const fields = { context, ...(rest.length > 1 && { stack: rest[0] }) };
  if (types.isNativeError(message)) return [{ ...fields, stack: message.stack }, message.message];
  if (typeof message === 'object' && message !== null) {
    const { message: text, ...others } = message as Record<string, unknown>;
    return [{ ...fields, ...others }, typeof text === 'string' ? text : ''];
  }
  return [fields, String(message)];
}
