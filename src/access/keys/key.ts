import type { Role } from '../../common/access.decorator.js';
import type { Nano } from '../../common/money.js';

export const BUDGET_WINDOWS = ['day', 'month', 'total'] as const;
export type BudgetWindow = (typeof BUDGET_WINDOWS)[number];

export interface Budget {
  readonly limit: Nano;
  /** Days and months are those of UTC; `total` never starts anew. */
  readonly window: BudgetWindow;
}

/** What a key may do and how much of it; null: no limit. */
export interface KeyTerms {
  /** For people; need not be unique. */
  readonly name: string;
  readonly role: Role;
  /** Registered names that it may ask; null: all. */
  readonly models: readonly string[] | null;
  /** Chats a minute. */
  readonly rpm: number | null;
  /** Tokens of prompts and answers a minute. */
  readonly tpm: number | null;
  /** Chats at the same time. */
  readonly concurrency: number | null;
  readonly budget: Budget | null;
  /** ISO 8601, UTC: from then on it is refused. */
  readonly expiresAt: string | null;
}

/** What a new key may do of which nothing else is said. */
export const UNLIMITED: Omit<KeyTerms, 'name'> = {
  role: 'chat',
  models: null,
  rpm: null,
  tpm: null,
  concurrency: null,
  budget: null,
  expiresAt: null,
};

/** A key as it is kept: its secret only as a digest. */
export interface Key extends KeyTerms {
  /** The public part; what rows of the log say in `key`. */
  readonly id: string;
  /** SHA-256 of the secret, in hex. */
  readonly digest: string;
  /** The secret before the last rotation, for as long as it still counts. */
  readonly former: { readonly digest: string; readonly until: string } | null;
  readonly createdAt: string;
  /** Kept after that, so that its rows still have a name, and the last one does not leave the door open. */
  readonly revokedAt: string | null;
}

/** Is anything of it counted that may run out? */
export const isLimited = ({ rpm, tpm, concurrency, budget }: KeyTerms): boolean =>
  rpm !== null || tpm !== null || concurrency !== null || budget !== null;
