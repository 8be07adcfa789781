import { Problem } from '../common/problem.js';

/** Was `model` itself not known, and not one of the models that may stand in for it? */
export function isUnknownModel({ code, errors }: Problem): boolean {
  return code === 'unknown_model' && errors?.[0]?.path === 'model';
}

/** The same as OpenAI's clients expect it: 404 `model_not_found`. `POST /chat` says 400. */
export function asNotFound({ detail, errors }: Problem): Problem {
  return new Problem({ status: 404, code: 'model_not_found', detail, ...(errors && { errors }) });
}
