import { ModelError, type ModelErrorCode } from '../model.errors.js';
import { nextStep, type FailedAttempt } from './next-step.js';

const after = (code: ModelErrorCode, rest: Partial<FailedAttempt> = {}, slugGone = false) =>
  nextStep({
    failure: new ModelError(code, { slugGone }),
    attempts: 1,
    maxAttempts: 3,
    hasNext: false,
    remainingMs: 10_000,
    waitMs: 500,
    ...rest,
  });
const RETRY = { kind: 'retry', waitMs: 500 };
const NEXT = { kind: 'next' };
const GIVE_UP = { kind: 'give-up' };

describe('nextStep', () => {
  it('retries the same slug as often as allowed, then asks the next, or gives up', () => {
    expect(after('upstream_unavailable', { attempts: 2, hasNext: true })).toEqual(RETRY);
    expect(after('upstream_unavailable', { attempts: 3, hasNext: true })).toEqual(NEXT);
    expect(after('upstream_unavailable', { attempts: 3 })).toEqual(GIVE_UP);
  });

  it('retries an empty answer once, and not at all where one attempt is allowed', () => {
    expect(after('upstream_empty')).toEqual(RETRY);
    expect(after('upstream_empty', { attempts: 2 })).toEqual(GIVE_UP);
    expect(after('upstream_empty', { maxAttempts: 1 })).toEqual(GIVE_UP);
  });

  it('moves on at once from a slug that is gone', () => {
    expect(after('model_not_found', { hasNext: true }, true)).toEqual(NEXT);
    expect(after('model_not_found', {}, true)).toEqual(GIVE_UP);
  });

  it.each(['upstream_auth', 'upstream_out_of_credit'] as const)(
    'does not retry %s, but calls a slug with another account',
    (code) => {
      expect(after(code)).toEqual(GIVE_UP);
      expect(after(code, { hasNext: true })).toEqual(NEXT);
    },
  );

  it.each(['upstream_invalid_request', 'content_rejected', 'total_timeout'] as const)(
    'gives up on %s, even if there are other slugs',
    (code) => {
      expect(after(code, { hasNext: true })).toEqual(GIVE_UP);
    },
  );

  it('does not wait beyond the deadline (U24)', () => {
    expect(after('upstream_rate_limited', { waitMs: 9_999 })).toEqual({ kind: 'retry', waitMs: 9_999 });
    expect(after('upstream_rate_limited', { waitMs: 10_000 })).toEqual(GIVE_UP);
    expect(after('upstream_rate_limited', { waitMs: 10_000, hasNext: true })).toEqual(NEXT);
  });

  it('prefers another slug to a wait of more than 5 s', () => {
    expect(after('upstream_rate_limited', { waitMs: 5_000, hasNext: true })).toEqual({
      kind: 'retry',
      waitMs: 5_000,
    });
    expect(after('upstream_rate_limited', { waitMs: 5_001, hasNext: true })).toEqual(NEXT);
    expect(after('upstream_rate_limited', { waitMs: 5_001 })).toEqual({ kind: 'retry', waitMs: 5_001 });
  });
});
