import { Problem } from '../../common/problem.js';

/** A 400 that names one field of the body by its path, e.g. `input[2].type`. */
export function invalidField(path: string, message: string): Problem {
  return new Problem({
    status: 400,
    code: 'invalid_request',
    detail: `${path} ${message}.`,
    errors: [{ path, message }],
  });
}
