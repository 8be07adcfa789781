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

/** `model` itself not known is a 404 `model_not_found` under `/v1`; `POST /chat` says 400. Other problems stay as they are. */
export function asNotFound(problem: Problem): Problem {
  const { code, detail, errors } = problem;
  if (code !== 'unknown_model' || errors?.[0]?.path !== 'model') return problem;
  return new Problem({ status: 404, code: 'model_not_found', detail, errors });
}
