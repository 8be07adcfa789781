import { flag, nullable, number, readFields, text, type Values } from '../fields.js';
import { Problem } from '../wire/problem.js';

/** What a test may say about the key, in the words of `GET /key`; `refused`: whatever wants a key answers 401. */
export const keyFields = {
  label: text,
  limit: nullable(number),
  limit_remaining: nullable(number),
  limit_reset: nullable(text),
  usage: number,
  is_free_tier: flag,
  expires_at: nullable(text),
  refused: flag,
};
export type KeyChanges = Values<typeof keyFields>;

const nulls = ['limit_reset', 'creator_user_id', 'organization_id', 'workspace_id', 'expires_at'];
const zeros = ['byok_usage', 'byok_usage_daily', 'byok_usage_weekly', 'byok_usage_monthly'];
const falsehoods = ['include_byok_in_limit', 'is_free_tier', 'is_management_key', 'is_provisioning_key'];
const all = (names: readonly string[], value: unknown) =>
  Object.fromEntries(names.map((name) => [name, value]));

/** The key that clients call with. */
export class Key {
  private changes: KeyChanges = {};

  /** Adds to what is said; null: as it was. */
  change(changes: KeyChanges | null): void {
    this.changes = changes ? { ...this.changes, ...readFields('key', changes, keyFields) } : {};
  }

  get refused(): boolean {
    return this.changes.refused ?? false;
  }

  /** @throws Problem 402 when its credit is used up */
  requireCredit(spent: number): void {
    if ((this.remaining(spent) ?? 1) <= 0) throw new Problem(402, { code: 'insufficient_quota' });
  }

  /** The data of `GET /key`. @param spent USD */
  describe(spent: number): object {
    const { refused: _, usage = spent, limit = null, ...said } = this.changes;
    return {
      ...{ ...all(nulls, null), ...all(zeros, 0), ...all(falsehoods, false) },
      label: "a key of Parley's emulator",
      ...all(['usage', 'usage_daily', 'usage_weekly', 'usage_monthly'], usage),
      allowed_data_regions: ['global'],
      free_model_daily_requests: { limit: 50, remaining: 50, used: 0 },
      rate_limit: { requests: -1, interval: '10s', note: 'This field is deprecated and safe to ignore.' },
      ...said,
      limit,
      limit_remaining: this.remaining(spent),
    };
  }

  private remaining(spent: number): number | null {
    const { limit = null, limit_remaining: said, usage = spent } = this.changes;
    return said !== undefined || limit === null ? (said ?? null) : limit - usage;
  }
}
