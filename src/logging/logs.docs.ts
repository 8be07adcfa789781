import { ApiProblems } from '../common/docs/api-failures.decorator.js';
import { invalidField } from '../common/problem.js';
import { invalidQuery, logTimeout, noSuchRow, tooManyQuestions } from './log-failures.js';

/** Every question to the log can find it busy. */
const UNAVAILABLE = [tooManyQuestions(), logTimeout()];

/** Error replies of a question with filters. */
export function ApiLogQueryProblems(): MethodDecorator {
  return ApiProblems(invalidQuery('to', 'must not be before `from`'), ...UNAVAILABLE);
}

/** Error replies of a vote. */
export function ApiVoteProblems(): MethodDecorator {
  return ApiProblems(invalidField('score', 'must be -1, 0 or 1'), noSuchRow(), ...UNAVAILABLE);
}

/** Error replies of a question for one row. */
export function ApiLogRowProblems(): MethodDecorator {
  return ApiProblems(noSuchRow(), ...UNAVAILABLE);
}
