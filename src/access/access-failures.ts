import { Problem } from '../common/problem.js';
import { formatDollars } from '../common/money.js';
import type { Standing } from './budget/ledger.js';
import type { KeyStoreError } from './keys/key-store.js';

const KEY_NEEDED =
  'A key is needed: `Authorization: Bearer parley_…`. None came, or it is unknown, expired or revoked.';

/** For a request to create the first key while there are none. */
export const ADMIN_KEY_NEEDED =
  'This service has no keys yet: only its ADMIN_KEY may manage them, or `npm run keys` where it runs.';

export function unauthorized(detail = KEY_NEEDED): Problem {
  return new Problem({ status: 401, code: 'unauthorized', detail });
}

export function forbidden(role: string): Problem {
  return new Problem({
    status: 403,
    code: 'forbidden',
    detail: `A key with the role ${role} may not do this.`,
  });
}

export function modelNotAllowed(model: string, allowed: readonly string[]): Problem {
  return new Problem({
    status: 403,
    code: 'model_not_allowed',
    detail: `This key may not use ${model}. It may use ${allowed.join(', ') || 'none'}.`,
  });
}

export function noSuchKey(): Problem {
  return new Problem({ status: 404, code: 'not_found', detail: 'There is no key with this id.' });
}

export function serviceIsOpen(): Problem {
  return new Problem({ status: 404, code: 'not_found', detail: 'This service has no keys: it is open.' });
}

export type Limit = 'request' | 'token' | 'parallel chat';

/** @param afterMs time until another call may be admitted */
export function rateLimited(limit: Limit, most: number, afterMs: number): Problem {
  const unit = limit === 'parallel chat' ? 'at the same time' : 'a minute';
  return new Problem({
    status: 429,
    code: 'rate_limited',
    detail: `The limit of this key is reached: ${most} ${limit}${most === 1 ? '' : 's'} ${unit}.`,
    retryAfter: Math.max(1, Math.ceil(afterMs / 1000)),
  });
}

/** @param needed the hold that the call requires, in nano-dollars */
export function budgetExceeded({ spent, held, limit, resetsAt }: Standing, needed: number): Problem {
  const reset =
    resetsAt === undefined ? 'It does not reset' : `It resets at ${new Date(resetsAt).toISOString()}`;
  return new Problem({
    status: 402,
    code: 'budget_exceeded',
    detail:
      `The budget of this key does not cover the call: ${usd(spent ?? 0)} spent, ${usd(held)} held by running ` +
      `calls, limit ${usd(limit)}; this call may cost up to ${usd(needed)}. ${reset}.`,
  });
}

/** The field's cost is unknown beforehand, and the key has a budget. */
export function notPriced(field: string): Problem {
  return new Problem({
    status: 402,
    code: 'model_not_priced',
    detail: `The key has a budget, and the cost of ${field} beyond its tokens is unknown. Omit it.`,
    errors: [{ path: field, message: 'cannot be used with a key that has a budget' }],
  });
}

/** The amount spent is unknown now: the log does not respond, or open holds cannot be stored. */
export function spendUnknown(): Problem {
  return new Problem({
    status: 503,
    code: 'spend_unknown',
    detail: 'This key has a budget, and the amount spent is unknown at the moment. Try again.',
    retryAfter: 5,
  });
}

export function keysUnavailable(cause: KeyStoreError): Problem {
  return new Problem({
    status: 503,
    code: 'keys_unavailable',
    detail: 'The keys cannot be changed at the moment; the process log says why.',
    retryAfter: 10,
    cause,
  });
}

/** The use of the limits is unknown now: they are counted in a database that does not respond. */
export function limitsUnknown(): Problem {
  return new Problem({
    status: 503,
    code: 'limits_unavailable',
    detail: 'This key has limits, and what remains of them is unknown at the moment. Try again.',
    retryAfter: 5,
  });
}

/** The database that holds the keys has not responded since the start. */
export function keysUnknown(): Problem {
  return new Problem({
    status: 503,
    code: 'keys_unavailable',
    detail: 'The keys cannot be read at the moment, so every request is refused. Try again.',
    retryAfter: 5,
  });
}

function usd(nano: number): string {
  return Number.isFinite(nano) ? `$${formatDollars(nano)}` : 'more than can be counted';
}
