import { Logger } from '@nestjs/common';
import { described } from './described.js';
import { Problem } from './problem.js';

const logger = new Logger('Http');

/** A failure as clients are told of it: a Problem as it is; anything else goes to the log and is a bare 500. */
export function foreseen(failure: unknown, requestId: string): Problem {
  if (failure instanceof Problem) return failure;
  logger.error({
    message: 'Unexpected error',
    requestId,
    error: described(failure),
  });
  return new Problem({
    status: 500,
    code: 'internal_error',
    detail: 'Something went wrong in this service.',
  });
}
