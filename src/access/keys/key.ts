import type { Role } from '../../common/access.decorator.js';
import type { Nano } from '../../common/money.js';

export const BUDGET_WINDOWS = ['day', 'month', 'total'] as const;
export type BudgetWindow = (typeof BUDGET_WINDOWS)[number];

export interface Budget {
  readonly limit: Nano;
  /** Days and months are in UTC; `total` never resets. */
  readonly window: BudgetWindow;
}

/** The permissions and limits of a key; null: no limit. */
export interface KeyTerms {
  /** A human-readable name; need not be unique. */
  readonly name: string;
  readonly role: Role;
  /** Registered names of the models that it may use; null: all. */
  readonly models: readonly string[] | null;
  /** Chats per minute. */
  readonly rpm: number | null;
  /** Tokens of prompts and answers per minute. */
  readonly tpm: number | null;
  /** Parallel chats. */
  readonly concurrency: number | null;
  readonly budget: Budget | null;
  /** ISO 8601, UTC: the key is refused from this time on. */
  readonly expiresAt: string | null;
}

/** The default terms of a new key. */
export const UNLIMITED: Omit<KeyTerms, 'name'> = {
  role: 'chat',
  models: null,
  rpm: null,
  tpm: null,
  concurrency: null,
  budget: null,
  expiresAt: null,
};

/** A key as stored, with only the digest of its secret. */
export interface Key extends KeyTerms {
  /** The public part; the value of `key` in rows of the log. */
  readonly id: string;
  /** SHA-256 of the secret, in hex. */
  readonly digest: string;
  /** The secret before the last rotation, while it is still valid. */
  readonly former: { readonly digest: string; readonly until: string } | null;
  readonly createdAt: string;
  /** A revoked key is kept, so that its rows keep a name and the last revocation does not make the service open. */
  readonly revokedAt: string | null;
}

/** True if the key has a limit or a budget. */
export const isLimited = ({ rpm, tpm, concurrency, budget }: KeyTerms): boolean =>
  rpm !== null || tpm !== null || concurrency !== null || budget !== null;
