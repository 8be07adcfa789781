import { Problem } from '../common/problem.js';

/** No name where one is needed: told of the names that there are, as who gives a wrong one is. */
export function modelMissing(knownNames: readonly string[]): Problem {
  const known = knownNames.join(', ');
  return new Problem({
    status: 400,
    code: 'invalid_request',
    detail: `model must be given. Known models: ${known}.`,
    errors: [{ path: 'model', message: `must be given: one of: ${known}` }],
  });
}

/** A name that no model has; `path` is the field in which it came. */
export function unknownModel(knownNames: readonly string[], path: string): Problem {
  const known = knownNames.join(', ');
  return new Problem({
    status: 400,
    code: 'unknown_model',
    detail: `There is no such model. Known models: ${known}.`,
    errors: [{ path, message: `must be one of: ${known}` }],
  });
}
