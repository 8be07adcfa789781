import { flag, nullable, number, readFields, text, type Values } from '../fields.js';
import { Problem } from '../wire/problem.js';

/** What a test may say about the key, in the words of `GET /key`. */
export const keyFields = {
  label: text,
  limit: nullable(number),
  limit_remaining: nullable(number),
  limit_reset: nullable(text),
  usage: number,
  is_free_tier: flag,
  expires_at: nullable(text),
  /** Everything that wants a key answers 401. */
  refused: flag,
};
export type KeyChanges = Values<typeof keyFields>;

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
    const { limit_remaining: remaining } = this.describe(spent);
    if (remaining !== null && remaining <= 0) throw new Problem(402, { code: 'insufficient_quota' });
  }

  /** The data of `GET /key`. @param spent USD */
  describe(spent: number) {
    const { refused: _, ...said } = this.changes;
    const usage = said.usage ?? spent;
    const limit = said.limit ?? null;
    return {
      label: "a key of Parley's emulator",
      limit_reset: null,
      include_byok_in_limit: false,
      usage_daily: usage,
      usage_weekly: usage,
      usage_monthly: usage,
      byok_usage: 0,
      byok_usage_daily: 0,
      byok_usage_weekly: 0,
      byok_usage_monthly: 0,
      is_free_tier: false,
      is_management_key: false,
      is_provisioning_key: false,
      creator_user_id: null,
      organization_id: null,
      workspace_id: null,
      allowed_data_regions: ['global'],
      free_model_daily_requests: { limit: 50, remaining: 50, used: 0 },
      expires_at: null,
      rate_limit: { requests: -1, interval: '10s', note: 'This field is deprecated and safe to ignore.' },
      limit_remaining: limit === null ? null : limit - usage,
      ...said,
      limit,
      usage,
    };
  }
}
