import { ModelError } from './model.errors.js';

describe('ModelError', () => {
  it.each([
    [undefined, 1],
    [0, 1],
    [1, 1],
    [1_001, 2],
    [2_000, 2],
    [99_999_000, 86_400],
    [Infinity, 86_400],
  ])('tells the client to wait whole seconds within bounds: %s ms → %s s (U24)', (retryAfterMs, seconds) => {
    expect(new ModelError('upstream_rate_limited', { retryAfterMs }).retryAfter).toBe(seconds);
  });

  it('does not suggest a retry that cannot help', () => {
    for (const code of ['upstream_auth', 'upstream_out_of_credit', 'upstream_empty'] as const)
      expect(new ModelError(code, { retryAfterMs: 2_000 }).retryAfter).toBeUndefined();
  });

  it('keeps status and code of the upstream for the log, not for the client', () => {
    const error = new ModelError('upstream_unavailable', {
      upstreamStatus: 529,
      upstreamCode: 'provider_overloaded',
      detail: 'Ours.',
    });
    expect(error).toMatchObject({
      upstreamStatus: 529,
      upstreamCode: 'provider_overloaded',
      slugGone: false,
    });
    expect(JSON.stringify(error.getResponse())).not.toContain('overloaded');
    expect(error.detail).toBe('Ours.');
    expect(error.policy).toMatchObject({ status: 503, retry: true, breaker: 'failure' });
  });
});
