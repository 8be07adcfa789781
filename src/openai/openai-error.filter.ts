import { Catch } from '@nestjs/common';
import type { Request } from 'express';
import type { Problem } from '../common/problem.js';
import { ProblemFilter } from '../common/problem.filter.js';
import { asNotFound, isUnknownModel } from './model-not-found.js';
import { openAiErrorBody } from './openai-error.js';

/**
 * Gives every failure under `/v1` OpenAI's shape. By path and for the whole application: a filter bound to the
 * controllers would not see malformed JSON, 404, 405, 413 and 415.
 */
@Catch()
export class OpenAiErrorFilter extends ProblemFilter {
  protected override worded(problem: Problem, request: Request): Problem {
    return isOpenAi(request) && isUnknownModel(problem) ? asNotFound(problem) : problem;
  }

  protected override contentType(request: Request): string {
    return isOpenAi(request) ? 'application/json; charset=utf-8' : super.contentType(request);
  }

  protected override body(problem: Problem, request: Request): object {
    return isOpenAi(request) ? openAiErrorBody(problem) : super.body(problem, request);
  }
}

/** Express matches paths whatever their case. */
function isOpenAi({ path }: Request): boolean {
  return /^\/v1(\/|$)/i.test(path);
}
