import { budgetExceeded } from '../access/access-failures.js';
import { hostNotAllowed, originNotAllowed } from '../common/http/callers.js';
import { Problem } from '../common/problem.js';
import { logUnavailable } from '../logging/log-failures.js';
import { ModelError } from '../models/model.errors.js';
import { unknownModel } from './model-names.js';

/** The failures that any chat can have, for the documentation. */
export const CHAT_FAILURES: readonly Problem[] = [
  new Problem({
    status: 400,
    code: 'invalid_request',
    detail: 'temperature must be a number from 0 to 2.',
    errors: [{ path: 'temperature', message: 'must be a number from 0 to 2' }],
  }),
  new Problem({ status: 400, code: 'invalid_json', detail: 'The body is not valid JSON.' }),
  new ModelError('context_length_exceeded'),
  new ModelError('content_rejected'),
  budgetExceeded(
    { spent: 4_999_000_000, held: 0, limit: 5_000_000_000, resetsAt: 1_796_083_200_000 },
    2_500_000,
  ),
  new ModelError('model_not_priced'),
  originNotAllowed(),
  new ModelError('model_not_found'),
  new Problem({ status: 413, code: 'body_too_large', detail: 'The body is larger than 4194304 bytes.' }),
  new Problem({
    status: 415,
    code: 'unsupported_media_type',
    detail: 'The body must be JSON in UTF-8: send Content-Type: application/json.',
  }),
  hostNotAllowed(),
  new ModelError('upstream_rate_limited', { retryAfterMs: 2000 }),
  new ModelError('upstream_unreachable'),
  new ModelError('upstream_bad_response'),
  new ModelError('upstream_auth'),
  new ModelError('upstream_unavailable'),
  new ModelError('upstream_out_of_credit'),
  logUnavailable(),
  new ModelError('upstream_timeout'),
];

export const UNKNOWN_MODEL = unknownModel(['llama', 'mistral'], 'model');
