import { jsonReply, type Reply } from './wire-error.js';

interface Availability {
  readonly status: number;
  readonly retryable: boolean;
  readonly message: (slug: string) => string;
}

/** Why a slug cannot be had, with the HTTP status that OpenRouter documents for it. */
const reasons = {
  model_not_found: {
    status: 400,
    retryable: false,
    message: (slug) => `${slug} is not a valid model ID`,
  },
  wrong_endpoint: {
    status: 400,
    retryable: false,
    message: (slug) => `${slug} cannot be used with this endpoint`,
  },
  no_endpoints: { status: 404, retryable: false, message: (slug) => `No endpoints found for ${slug}.` },
  model_deprecated: { status: 404, retryable: false, message: (slug) => `${slug} has been deprecated.` },
  model_unavailable_upstream: {
    status: 404,
    retryable: false,
    message: (slug) => `${slug} is not available upstream.`,
  },
  capacity_exhausted: {
    status: 429,
    retryable: true,
    message: (slug) => `${slug} is at capacity. Please try again later.`,
  },
  temporarily_unavailable: {
    status: 503,
    retryable: true,
    message: (slug) => `${slug} is temporarily unavailable.`,
  },
  region_restricted: {
    status: 403,
    retryable: false,
    message: (slug) => `${slug} is not available in your region.`,
  },
  privacy_restricted: {
    status: 404,
    retryable: false,
    message: (slug) => `No endpoints of ${slug} match your data policy.`,
  },
  constraint_filtered: {
    status: 404,
    retryable: false,
    message: (slug) => `No endpoints of ${slug} meet the constraints of the request.`,
  },
  free_variant_ended: {
    status: 404,
    retryable: false,
    message: (slug) => `The free variant of ${slug} has ended.`,
  },
} satisfies Record<string, Availability>;

export type AvailabilityCode = keyof typeof reasons;

export const availabilityCodes = Object.keys(reasons) as AvailabilityCode[];

/**
 * The refusal of a slug. OpenRouter's examples of this body name `error_type` and `http_status` and no `code`, its
 * schema requires `code`: `codeless` gives the form of the examples.
 */
export function availabilityReply(slug: string, code: AvailabilityCode, codeless = false): Reply {
  const reason: Availability = reasons[code];
  const identity = codeless
    ? { error_type: 'not_found', http_status: reason.status }
    : { code: reason.status };
  const availability = {
    code,
    retryable: reason.retryable,
    ...(reason.retryable ? { retry_after: 1 } : {}),
    requested_models: [slug],
    docs_url: 'https://openrouter.ai/docs/errors',
  };
  return jsonReply(
    reason.status,
    { error: { ...identity, message: reason.message(slug), availability } },
    reason.retryable ? { 'Retry-After': '1' } : undefined,
  );
}
