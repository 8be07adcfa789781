import { Problem } from '../common/problem.js';
import { formatDollars } from '../common/money.js';
import type { Standing } from './budget/ledger.js';
import type { KeyStoreError } from './keys/key-store.js';

const KEY_NEEDED =
  'A key is needed: `Authorization: Bearer parley_…`. None came, or it is unknown, expired or revoked.';

/** While there are no keys, and somebody wants to make the first. */
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
    detail: `This key may not ask ${model}. It may ask ${allowed.join(', ') || 'none'}.`,
  });
}

export function noSuchKey(): Problem {
  return new Problem({ status: 404, code: 'not_found', detail: 'There is no key with this id.' });
}

export function serviceIsOpen(): Problem {
  return new Problem({ status: 404, code: 'not_found', detail: 'This service has no keys: it is open.' });
}

export type Limit = 'request' | 'token' | 'parallel chat';

/** @param afterMs until there is room again */
export function rateLimited(limit: Limit, most: number, afterMs: number): Problem {
  const unit = limit === 'parallel chat' ? 'at the same time' : 'a minute';
  return new Problem({
    status: 429,
    code: 'rate_limited',
    detail: `The limit of this key is reached: ${most} ${limit}${most === 1 ? '' : 's'} ${unit}.`,
    retryAfter: Math.max(1, Math.ceil(afterMs / 1000)),
  });
}

/** @param needed what the call would have to set aside, in nano-dollars */
export function budgetExceeded({ spent, held, limit, resetsAt }: Standing, needed: number): Problem {
  const reset =
    resetsAt === undefined ? 'It does not reset' : `It resets at ${new Date(resetsAt).toISOString()}`;
  return new Problem({
    status: 402,
    code: 'budget_exceeded',
    detail:
      `The budget of this key does not cover the call: ${usd(spent ?? 0)} spent, ${usd(held)} held by calls under ` +
      `way, limit ${usd(limit)}; this call may cost up to ${usd(needed)}. ${reset}.`,
  });
}

/** The field may cost what nobody can tell beforehand, and who pays has a budget. */
export function notPriced(field: string): Problem {
  return new Problem({
    status: 402,
    code: 'model_not_priced',
    detail: `The key has a budget, and what ${field} may cost beside the tokens is not known. Leave it out.`,
    errors: [{ path: field, message: 'cannot be used with a key that has a budget' }],
  });
}

/** What was spent cannot be told now: the log does not answer, or open holds cannot be kept. */
export function spendUnknown(): Problem {
  return new Problem({
    status: 503,
    code: 'spend_unknown',
    detail: 'This key has a budget, and what it has spent cannot be told at the moment. Try again.',
    retryAfter: 5,
  });
}

export function keysUnavailable(cause: KeyStoreError): Problem {
  return new Problem({
    status: 503,
    code: 'keys_unavailable',
    detail: 'The keys cannot be changed at the moment; the log of the service says why.',
    retryAfter: 10,
    cause,
  });
}

/** What was used of them cannot be told now: they are counted in a database that does not answer. */
export function limitsUnknown(): Problem {
  return new Problem({
    status: 503,
    code: 'limits_unavailable',
    detail: 'This key has limits, and what is left of them cannot be told at the moment. Try again.',
    retryAfter: 5,
  });
}

/** The database that they are in has not answered since the start. */
export function keysUnknown(): Problem {
  return new Problem({
    status: 503,
    code: 'keys_unavailable',
    detail: 'The keys cannot be read at the moment, so nobody can be let in. Try again.',
    retryAfter: 5,
  });
}

function usd(nano: number): string {
  return Number.isFinite(nano) ? `$${formatDollars(nano)}` : 'more than can be counted';
}
