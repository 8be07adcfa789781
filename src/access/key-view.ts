import { toDollars } from '../common/money.js';
import type { KeyUse } from './allowances/allowances.js';
import type { KeyChangeDto } from './dto/key-request.dto.js';
import type { IssuedKeyDto, KeyDto } from './dto/key-reply.dto.js';
import type { KeyUseDto, RateDto } from './dto/key-use.dto.js';
import type { IssuedKey } from './keys/key-changes.js';
import { formatBudget, parseBudget, parseMoment } from './keys/key-terms.js';
import type { Key, KeyTerms } from './keys/key.js';
import type { RateState } from './limits/rate-window.js';

export function keyView(key: Key): KeyDto {
  return {
    id: key.id,
    name: key.name,
    role: key.role,
    models: key.models,
    rpm: key.rpm,
    tpm: key.tpm,
    concurrency: key.concurrency,
    budget: key.budget && formatBudget(key.budget),
    expires_at: key.expiresAt,
    created_at: key.createdAt,
    revoked_at: key.revokedAt,
    former_until: key.former?.until ?? null,
  };
}

export function issuedView({ key, text }: IssuedKey): IssuedKeyDto {
  return Object.assign(keyView(key), { key: text });
}

export function useView({ rates, parallel, budget }: KeyUse): KeyUseDto {
  return {
    requests: rateView(rates.requests),
    tokens: rateView(rates.tokens),
    parallel,
    budget: budget
      ? {
          limit: toDollars(budget.limit),
          spent: budget.spent === undefined ? null : toDollars(budget.spent),
          held: toDollars(budget.held),
          resets_at: budget.resetsAt === undefined ? null : new Date(budget.resetsAt).toISOString(),
        }
      : null,
  };
}

function rateView(state: RateState | undefined): RateDto | null {
  if (!state) return null;
  return { limit: state.limit, remaining: state.remaining, reset: Math.ceil(state.resetMs / 1000) };
}

/** The changes in a validated body. */
export function termsOf(body: KeyChangeDto): Partial<KeyTerms> {
  const { name, role, models, rpm, tpm, concurrency, budget, expires } = body;
  const given: Partial<Record<keyof KeyTerms, unknown>> = {
    name,
    role,
    models,
    rpm,
    tpm,
    concurrency,
    budget: budget && parseBudget(budget),
    expiresAt: expires && parseMoment(expires),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
