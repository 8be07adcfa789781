import { Logger } from '@nestjs/common';
import { inspect, types } from 'node:util';
import { Problem } from './problem.js';

const logger = new Logger('Http');

/** A failure as clients are told of it: a Problem as it is; what nobody foresaw goes to the log, and is a bare 500. */
export function foreseen(failure: unknown, requestId: string): Problem {
  if (failure instanceof Problem) return failure;
  logger.error({
    message: 'An error that nobody foresaw',
    requestId,
    error: types.isNativeError(failure) ? failure.stack : inspect(failure),
  });
  return new Problem({
    status: 500,
    code: 'internal_error',
    detail: 'Something went wrong in this service.',
  });
}
