/** Why a slug cannot be had: HTTP status, whether a repeat may help, words. From OpenRouter's documentation. */
const reasons = {
  model_not_found: [400, false, (slug: string) => `${slug} is not a valid model ID`],
  wrong_endpoint: [400, false, (slug: string) => `${slug} cannot be used with this endpoint`],
  no_endpoints: [404, false, (slug: string) => `No endpoints found for ${slug}.`],
  model_deprecated: [404, false, (slug: string) => `${slug} has been deprecated.`],
  model_unavailable_upstream: [404, false, (slug: string) => `${slug} is not available upstream.`],
  capacity_exhausted: [429, true, (slug: string) => `${slug} is at capacity. Please try again later.`],
  temporarily_unavailable: [503, true, (slug: string) => `${slug} is temporarily unavailable.`],
  region_restricted: [403, false, (slug: string) => `${slug} is not available in your region.`],
  privacy_restricted: [404, false, (slug: string) => `No endpoints of ${slug} match your data policy.`],
  constraint_filtered: [404, false, (slug: string) => `No endpoints of ${slug} meet the constraints.`],
  free_variant_ended: [404, false, (slug: string) => `The free variant of ${slug} has ended.`],
} as const;

export type AvailabilityCode = keyof typeof reasons;

export const availabilityCodes = Object.keys(reasons) as AvailabilityCode[];

export interface Unavailability {
  readonly status: number;
  readonly message: string;
  readonly availability: object;
  readonly headers: Readonly<Record<string, string>>;
}

export function describeUnavailable(slug: string, code: AvailabilityCode): Unavailability {
  const [status, retryable, message] = reasons[code];
  const retry = retryable ? { retry_after: 1 } : {};
  const docs = 'https://openrouter.ai/docs/errors';
  return {
    status,
    message: message(slug),
    availability: { code, retryable, ...retry, requested_models: [slug], docs_url: docs },
    headers: retryable ? { 'Retry-After': '1' } : {},
  };
}
