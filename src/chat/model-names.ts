import { Problem } from '../common/problem.js';

/** The error for a missing model; lists the known names, like the one for an unknown model. */
export function modelMissing(knownNames: readonly string[]): Problem {
  const known = knownNames.join(', ');
  return new Problem({
    status: 400,
    code: 'invalid_request',
    detail: `model must be given. Known models: ${known}.`,
    errors: [{ path: 'model', message: `must be given, one of: ${known}` }],
  });
}

/** The error for an unknown model; `path` is the field that held the name. */
export function unknownModel(knownNames: readonly string[], path: string): Problem {
  const known = knownNames.join(', ');
  return new Problem({
    status: 400,
    code: 'unknown_model',
    detail: `There is no such model. Known models: ${known}.`,
    errors: [{ path, message: `must be one of: ${known}` }],
  });
}

/** Turns an unknown `model` into a 404 `model_not_found`, as under `/v1` (`POST /chat` says 400); keeps other problems. */
export function asNotFound(problem: Problem): Problem {
  const { code, detail, errors } = problem;
  if (code !== 'unknown_model' || errors?.[0]?.path !== 'model') return problem;
  return new Problem({ status: 404, code: 'model_not_found', detail, errors });
}
