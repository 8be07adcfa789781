import { ModelError, type ModelErrorCode } from '../model.errors.js';
import { type ErrorBody, readErrorBody } from './error-body.js';

export interface UpstreamFailure {
  /** HTTP status; 200 if the error is in the body or in the middle of a stream. */
  readonly status: number;
  /** The body of the reply, parsed or not; or the chunk with the error. */
  readonly body: unknown;
  /** The result of `retryAfterMs(headers)`. */
  readonly retryAfterMs?: number;
}

interface Verdict {
  readonly code: ModelErrorCode;
  readonly slugGone?: true;
  readonly detail?: string;
}

const gone: Verdict = { code: 'model_not_found', slugGone: true };

/** The slug works, but not for this request, so it is not set aside for others. */
const unfit: Verdict = {
  code: 'model_not_found',
  detail: 'No provider of this model supports all that the request asks for, such as tools or images.',
};

/** Statuses that the client can act on, if it knows the API's reason. */
const REASONED = new Set([400, 404, 413, 422]);

/** Sent as 429 like rate limits, but waiting does not help. */
const OUT_OF_CREDIT =
  /^(?:insufficient_quota|insufficient_credits|credit_balance_exhausted|billing_hard_limit_reached|billing_not_active|[a-z_]{1,40}_spend_limit_exceeded)$/;

/** Words that decide alone, whatever the status: an error in a 200, a rate limit sent as 413. */
const byWord = byWords<Verdict>([
  [
    gone,
    'model_not_found wrong_endpoint no_endpoints model_deprecated model_unavailable_upstream region_restricted ' +
      'privacy_restricted free_variant_ended not_found model_decommissioned invalid_model',
  ],
  [unfit, 'constraint_filtered'],
  [
    { code: 'context_length_exceeded' },
    'context_length_exceeded token_limit_exceeded string_too_long exceed_context_size_error',
  ],
  [{ code: 'content_rejected' }, 'content_policy_violation content_filter refusal'],
  [{ code: 'upstream_auth' }, 'authentication authentication_error invalid_api_key'],
  [{ code: 'upstream_rate_limited' }, 'rate_limit_exceeded capacity_exhausted'],
  [
    { code: 'upstream_unavailable' },
    'provider_overloaded provider_unavailable overloaded_error temporarily_unavailable',
  ],
  [{ code: 'upstream_timeout' }, 'timeout'],
  [{ code: 'upstream_payload_too_large' }, 'payload_too_large'],
]);

/** Words too general to decide, but better than no status. */
const statusOfWord = byWords<number>([
  [400, 'invalid_request invalid_request_error invalid_prompt max_tokens_exceeded'],
  [402, 'payment_required'],
  [403, 'permission_denied'],
  [412, 'precondition_failed'],
  [422, 'unprocessable'],
]);

const byStatus = byWords<ModelErrorCode>([
  ['upstream_auth', '401'],
  ['model_not_found', '404'],
  ['upstream_conflict', '409'],
  ['upstream_payload_too_large', '413'],
  ['upstream_rate_limited', '429'],
  ['upstream_timeout', '408 504 522 524'],
  ['upstream_unavailable', '503 521 523 529'],
]);

/** Statuses that a proxy before the API may send by itself; its 400, 403 or 404 says nothing about the model. */
const proxyStatuses = new Set([401, 408, 413, 429]);

// Patterns for messages, which are in lower case.
const OUT_OF_BUDGET = /limit exceeded|budget|quota|insufficient credit|more credit/;
const PERMISSION = /management key|permission|not authorized|not allowed|api key/;
const GONE =
  /not a valid model id|no endpoints found|model not found|(is|been) deprecated|try pulling it first|model not exist/;
const UNFIT = 'no endpoints found that support';
const TOO_LONG = /context (length|size|window)|maximum context|(prompt|input) is too long|too many tokens/;

/** Converts an error of the upstream. Decides by the API's words first, then by status. */
export function upstreamError({ status, body, retryAfterMs }: UpstreamFailure): ModelError {
  const error = readErrorBody(body);
  const effective = effectiveStatus(status, error);
  const verdict = judge(effective, error, retryAfterMs);
  return new ModelError(verdict.code, {
    upstreamStatus: effective,
    upstreamCode: error.words.find(isPlainWord),
    retryAfterMs: retryAfterMs ?? error.retryAfterMs,
    slugGone: verdict.slugGone,
    detail: verdict.detail,
    reason: error.fromApi && REASONED.has(effective) ? error.reason : undefined,
  });
}

function judge(status: number, error: ErrorBody, retryAfterMs: number | undefined): Verdict {
  if (status === 402) return { code: paymentCode(error, retryAfterMs) };
  if (error.words.some((word) => OUT_OF_CREDIT.test(word))) return { code: 'upstream_out_of_credit' };
  if (error.text.includes(UNFIT)) return unfit;
  return firstOf(byWord, error.words) ?? judgeByStatus(status, error);
}

function judgeByStatus(status: number, error: ErrorBody): Verdict {
  const code = byStatus.get(String(status));
  if (status < 400 || status >= 500) return { code: code ?? 'upstream_bad_response' };
  if (!error.fromApi && !proxyStatuses.has(status)) return { code: 'upstream_bad_response' };
  if (status === 403) return { code: forbiddenCode(error) };
  if ((status === 400 || status === 404) && GONE.test(error.text)) return gone;
  if (status === 404 && error.text.includes('does not exist')) return gone;
  if ((status === 400 || status === 413 || status === 422) && TOO_LONG.test(error.text))
    return { code: 'context_length_exceeded' };
  return { code: code ?? 'upstream_invalid_request' };
}

/** Only the budget for running requests becomes free by itself; for any other lack of money the operator must act. */
function paymentCode(error: ErrorBody, retryAfterMs: number | undefined): ModelErrorCode {
  return retryAfterMs !== undefined && error.limitSource === 'openrouter_in_flight_budget'
    ? 'upstream_budget_busy'
    : 'upstream_out_of_credit';
}

/** One status with three meanings: the content, the cost, or the key was refused. */
function forbiddenCode(error: ErrorBody): ModelErrorCode {
  if (error.moderated) return 'content_rejected';
  if (OUT_OF_BUDGET.test(error.text)) return 'upstream_out_of_credit';
  if (PERMISSION.test(error.text)) return 'upstream_auth';
  return 'content_rejected';
}

/** A failure may come with HTTP 200, and OpenRouter omits `code` in some errors or sends a word. */
function effectiveStatus(httpStatus: number, error: ErrorBody): number {
  if (error.status !== undefined) return error.status;
  if (httpStatus >= 400) return httpStatus;
  return firstOf(statusOfWord, error.words) ?? httpStatus;
}

/** Maps each of the words, separated by spaces, to its value. */
function byWords<T>(table: readonly (readonly [T, string])[]): Map<string, T> {
  return new Map(table.flatMap(([value, words]) => words.split(' ').map((word) => [word, value] as const)));
}

function firstOf<T>(known: ReadonlyMap<string, T>, words: readonly string[]): T | undefined {
  return words.map((word) => known.get(word)).find((value) => value !== undefined);
}

/** Short, lower case, no digits: a word of an enumeration, not a key, an address or a sentence. */
function isPlainWord(word: string): boolean {
  return word.length <= 40 && /^[a-z]+(?:_[a-z]+)*$/.test(word);
}
