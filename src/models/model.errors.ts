import { Problem } from '../common/problem.js';

/** What the router may do about a failure, and what the breaker makes of it. Source: faults.md section 2. */
interface FailurePolicy {
  /** Status of our reply. */
  readonly status: number;
  /** For people; specific details are added by the thrower. */
  readonly detail: string;
  /** May the same slug be asked again? `once`: a second attempt and no more. */
  readonly retry: boolean | 'once';
  /** May another model that the request allows be asked instead? */
  readonly fallback: boolean;
  /** `failure` counts towards opening, `cooldown` rests the slug for Retry-After, `none` says nothing about its health. */
  readonly breaker: 'failure' | 'cooldown' | 'none';
}

const policies = {
  upstream_unreachable: {
    status: 502,
    detail: 'The model provider could not be reached.',
    retry: true,
    fallback: true,
    breaker: 'failure',
  },
  upstream_timeout: {
    status: 504,
    detail: 'The model provider did not answer in time.',
    retry: true,
    fallback: true,
    breaker: 'failure',
  },
  upstream_idle_timeout: {
    status: 504,
    detail: 'The model provider stopped in the middle of its answer.',
    retry: false,
    fallback: false,
    breaker: 'failure',
  },
  total_timeout: {
    status: 504,
    detail: 'The answer took longer in all than this service allows.',
    retry: false,
    fallback: false,
    breaker: 'none',
  },
  upstream_rate_limited: {
    status: 429,
    detail: 'The model provider is limiting the rate of requests. Try again later.',
    retry: true,
    fallback: true,
    breaker: 'cooldown',
  },
  upstream_budget_busy: {
    status: 503,
    detail: 'The provider budget for requests under way is used up. Try again later.',
    retry: true,
    fallback: true,
    breaker: 'none',
  },
  upstream_out_of_credit: {
    status: 503,
    detail: 'The account of this service at the model provider is out of credit. Its operator has to act.',
    retry: false,
    fallback: false,
    breaker: 'none',
  },
  upstream_auth: {
    status: 502,
    detail: 'The model provider refused the key of this service. Its operator has to act.',
    retry: false,
    fallback: false,
    breaker: 'none',
  },
  content_rejected: {
    status: 403,
    detail: 'The model provider refused the content of the request.',
    retry: false,
    fallback: false,
    breaker: 'none',
  },
  upstream_invalid_request: {
    status: 400,
    detail: 'The model provider refused the request as invalid.',
    retry: false,
    fallback: false,
    breaker: 'none',
  },
  context_length_exceeded: {
    status: 400,
    detail: 'The conversation is longer than the context of the model. Shorten it.',
    retry: false,
    fallback: false,
    breaker: 'none',
  },
  upstream_payload_too_large: {
    status: 413,
    detail: 'The model provider refused the request as too large. Shorten it.',
    retry: false,
    fallback: false,
    breaker: 'none',
  },
  model_not_found: {
    status: 404,
    detail: 'The model provider no longer serves this model.',
    retry: false,
    fallback: true,
    breaker: 'none',
  },
  upstream_conflict: {
    status: 502,
    detail: 'The model provider reported a conflict.',
    retry: true,
    fallback: true,
    breaker: 'none',
  },
  upstream_unavailable: {
    status: 503,
    detail: 'The model provider is not available at the moment. Try again later.',
    retry: true,
    fallback: true,
    breaker: 'failure',
  },
  upstream_bad_response: {
    status: 502,
    detail: 'The model provider failed: what it sent was not an answer.',
    retry: true,
    fallback: true,
    breaker: 'failure',
  },
  upstream_empty: {
    status: 502,
    detail: 'The model provider sent an empty answer.',
    retry: 'once',
    fallback: true,
    breaker: 'failure',
  },
  upstream_truncated: {
    status: 502,
    detail: 'The answer of the model ended before it was complete.',
    retry: true,
    fallback: true,
    breaker: 'failure',
  },
  response_too_large: {
    status: 502,
    detail: 'The answer of the model is larger than this service accepts.',
    retry: false,
    fallback: false,
    breaker: 'none',
  },
} as const satisfies Record<string, FailurePolicy>;

export type ModelErrorCode = keyof typeof policies;

export interface ModelErrorOptions {
  /** A sentence in place of the general one. Ours: never text from the upstream. */
  detail?: string;
  /** Milliseconds that the upstream asked to wait, if it did. */
  retryAfterMs?: number;
  /** Status that the upstream answered: the one in the body where HTTP said 200. */
  upstreamStatus?: number;
  /** The upstream's own word for the failure, e.g. `provider_overloaded`: for the operator, never for a client. */
  upstreamCode?: string;
  /** The slug itself was refused (unknown, deprecated, no endpoints): set it aside and try the next one. */
  slugGone?: boolean;
  cause?: unknown;
}

/** Retry-After sent to the client, in seconds: also where the upstream named no time, and however long it named. */
const MIN_RETRY_AFTER_S = 1;
const MAX_RETRY_AFTER_S = 86_400;

/** A call of a model failed. The code decides everything: reply, retry, fallback, breaker. */
export class ModelError extends Problem {
  declare readonly code: ModelErrorCode;
  readonly retryAfterMs: number | undefined;
  readonly upstreamStatus: number | undefined;
  readonly upstreamCode: string | undefined;
  readonly slugGone: boolean;

  constructor(code: ModelErrorCode, options: ModelErrorOptions = {}) {
    const policy: FailurePolicy = policies[code];
    super({
      status: policy.status,
      code,
      detail: options.detail ?? policy.detail,
      retryAfter: policy.retry === true ? retryAfterSeconds(options.retryAfterMs ?? 0) : undefined,
      cause: options.cause,
    });
    this.retryAfterMs = options.retryAfterMs;
    this.upstreamStatus = options.upstreamStatus;
    this.upstreamCode = options.upstreamCode;
    this.slugGone = options.slugGone ?? false;
  }

  get policy(): FailurePolicy {
    return policies[this.code];
  }
}

function retryAfterSeconds(ms: number): number {
  return Math.min(MAX_RETRY_AFTER_S, Math.max(MIN_RETRY_AFTER_S, Math.ceil(ms / 1000)));
}
