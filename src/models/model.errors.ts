import { Problem } from '../common/problem.js';

/** How the router and the breaker treat a failure. Source: faults.md section 2. */
interface FailurePolicy {
  /** Status of our reply. */
  readonly status: number;
  /** For people; the thrower may add details. */
  readonly detail: string;
  /** May the same slug be called again? `once`: one more attempt. */
  readonly retry: boolean | 'once';
  /** May another slug that the request allows be called? `elsewhere`: only one of another provider. */
  readonly fallback: boolean | 'elsewhere';
  /** `failure` counts towards opening, `cooldown` rests the slug for Retry-After, `none` does not affect its health. */
  readonly breaker: 'failure' | 'cooldown' | 'none';
}

/** Another attempt may succeed, here or elsewhere, but the slug is at fault. */
const failing = (status: number, detail: string): FailurePolicy => ({
  status,
  detail,
  retry: true,
  fallback: true,
  breaker: 'failure',
});

/** The same, but the slug is not at fault. */
const passing = (status: number, detail: string): FailurePolicy => ({
  ...failing(status, detail),
  breaker: 'none',
});

/** Any further attempt would fail too, with any slug. */
const final = (status: number, detail: string): FailurePolicy => ({
  ...passing(status, detail),
  retry: false,
  fallback: false,
});

/** Our account is refused: all calls to this provider fail, but another provider has another account. */
const refused = (status: number, detail: string): FailurePolicy => ({
  ...final(status, detail),
  fallback: 'elsewhere',
});

const policies = {
  upstream_unreachable: failing(502, 'The model provider could not be reached.'),
  upstream_timeout: failing(504, 'The model provider did not answer in time.'),
  upstream_idle_timeout: {
    ...final(504, 'The model provider stopped in the middle of its answer.'),
    breaker: 'failure',
  },
  total_timeout: final(504, 'The answer took longer than this service allows.'),
  upstream_rate_limited: {
    ...passing(429, 'The model provider is limiting the rate of requests. Try again later.'),
    breaker: 'cooldown',
  },
  upstream_budget_busy: passing(
    503,
    'The provider budget for requests under way is used up. Try again later.',
  ),
  upstream_out_of_credit: refused(
    503,
    'The account of this service at the model provider is out of credit. Its operator has to act.',
  ),
  upstream_auth: refused(502, 'The model provider refused the key of this service. Its operator has to act.'),
  content_rejected: final(403, 'The model provider refused the content of the request.'),
  upstream_invalid_request: final(400, 'The model provider refused the request as invalid.'),
  context_length_exceeded: final(
    400,
    'The conversation is longer than the context of the model. Shorten it.',
  ),
  upstream_payload_too_large: final(413, 'The model provider refused the request as too large. Shorten it.'),
  model_not_found: { ...final(404, 'The model provider no longer serves this model.'), fallback: true },
  /** The slug was not called: the key has a budget, and the price of the slug is unknown. */
  model_not_priced: {
    ...final(402, 'The key has a budget, and the price of this model is unknown. Use a model with a price.'),
    fallback: true,
  },
  upstream_conflict: passing(502, 'The model provider reported a conflict.'),
  upstream_unavailable: failing(503, 'The model provider is not available at the moment. Try again later.'),
  upstream_bad_response: failing(502, 'The model provider sent an invalid answer.'),
  upstream_empty: { ...failing(502, 'The model provider sent an empty answer.'), retry: 'once' },
  upstream_truncated: failing(502, 'The answer of the model ended before it was complete.'),
  response_too_large: final(502, 'The answer of the model is larger than this service accepts.'),
} satisfies Record<string, FailurePolicy>;

export type ModelErrorCode = keyof typeof policies;

export interface ModelErrorOptions {
  /** Replaces the general sentence. Our own text, never the upstream's: see `reason`. */
  detail?: string;
  /** The reason in the upstream's words: one line from `publicText`. */
  reason?: string | undefined;
  /** Milliseconds that the upstream asked to wait, if it did. */
  retryAfterMs?: number;
  /** The upstream's status: the one in the body if HTTP said 200. */
  upstreamStatus?: number;
  /** The upstream's code for the failure, e.g. `provider_overloaded`: for the operator, never for a client. */
  upstreamCode?: string;
  /** The slug itself was refused (unknown, deprecated, no endpoints): set it aside and try the next one. */
  slugGone?: boolean;
  cause?: unknown;
}

/** Bounds of the Retry-After sent to the client, in seconds, whether the upstream named a time or not. */
const MIN_RETRY_AFTER_S = 1;
const MAX_RETRY_AFTER_S = 86_400;

/** A failed call of a model. The code decides reply, retry, fallback and breaker. */
export class ModelError extends Problem {
  declare readonly code: ModelErrorCode;
  readonly retryAfterMs: number | undefined;
  readonly upstreamStatus: number | undefined;
  readonly upstreamCode: string | undefined;
  readonly slugGone: boolean;
  readonly reason: string | undefined;

  constructor(code: ModelErrorCode, options: ModelErrorOptions = {}) {
    const policy: FailurePolicy = policies[code];
    const detail = options.detail ?? policy.detail;
    super({
      status: policy.status,
      code,
      detail: options.reason ? `${detail} The provider says: ${options.reason}` : detail,
      retryAfter: policy.retry === true ? retryAfterSeconds(options.retryAfterMs ?? 0) : undefined,
      cause: options.cause,
    });
    this.retryAfterMs = options.retryAfterMs;
    this.upstreamStatus = options.upstreamStatus;
    this.upstreamCode = options.upstreamCode;
    this.reason = options.reason;
    this.slugGone = options.slugGone ?? false;
  }

  /** Was the slug not called, or refused as unknown? Then trying it cost nothing. */
  get slugUnused(): boolean {
    return this.slugGone || this.code === 'model_not_priced';
  }

  get policy(): FailurePolicy {
    return policies[this.code];
  }
}

function retryAfterSeconds(ms: number): number {
  return Math.min(MAX_RETRY_AFTER_S, Math.max(MIN_RETRY_AFTER_S, Math.ceil(ms / 1000)));
}
