import { inspect, types } from 'node:util';

/** An unexpected error for the process log, with its stack. */
export function described(error: unknown): string {
  return types.isNativeError(error) ? (error.stack ?? error.message) : inspect(error);
}
