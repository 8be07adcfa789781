import { Logger } from '@nestjs/common';
import { described } from './described.js';
import { Problem } from './problem.js';

const logger = new Logger('Http');

/** The failure to show to a client: a Problem unchanged; anything else is logged and becomes a bare 500. */
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
