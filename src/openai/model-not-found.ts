import { Problem } from '../common/problem.js';

/** 404, as OpenAI's clients expect it; `POST /chat` says 400. */
export function modelNotFound(knownNames: readonly string[]): Problem {
  const known = knownNames.join(', ');
  return new Problem({
    status: 404,
    code: 'model_not_found',
    detail: `There is no such model. Known models: ${known}.`,
    errors: [{ path: 'model', message: `must be one of: ${known}` }],
  });
}
