import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { getJson, type GetReply } from './catalogue-get.js';
import {
  isWholeList,
  readCredit,
  readListings,
  UNLISTED,
  type Credit,
  type Listing,
  type Price,
} from './catalogue-listing.js';

const TIMEOUT_MS = 15_000;
const MAX_BYTES = 32 * 1024 * 1024;
/** Delay before the first retry after a failure; it grows with each further one. */
const RETRY_MS = 5_000;
const DAY_MS = 24 * 60 * 60_000;
const NOTICE_DAYS = 30;
/** Asked for, but never listed: presets and aliases, routers, and the variants `:nitro`, `:floor`, `:online`. */
const NEVER_LISTED = /^[@~]|^openrouter\/|:(?!free$)[\w-]+$/;

export type KeyState =
  /** Not requested yet, or no answer. */
  | 'unknown'
  | 'good'
  /** 401: every chat will fail. */
  | 'refused'
  /** The limit of the key, or the credit of the account, is used up. */
  | 'used_up';

/**
 * OpenRouter's information about its models and our key, read at start and at intervals, never by a chat. A failed
 * request changes nothing: the earlier information stays.
 */
@Injectable()
export class Catalogue implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(Catalogue.name);
  private listings: ReadonlyMap<string, Listing> | undefined;
  /** Until when a slug that is not in it may be taken for gone, by `performance.now()`. */
  private completeUntil = -Infinity;
  private timer: NodeJS.Timeout | undefined;
  private failures = 0;
  private readonly warnedAt = new Map<string, number>();
  private readonly stopping = new AbortController();
  private readonly listeners: (() => void)[] = [];
  private first: Promise<void> = Promise.resolve();

  credit: Credit | undefined;
  /** The state that `GET /key` reports. */
  private keySays: KeyState = 'unknown';
  private isOutOfCredit = false;

  constructor(private readonly settings: Settings) {}

  onApplicationBootstrap(): void {
    const { CATALOGUE_REFRESH_MS: every, OPENROUTER_API_KEY: key } = this.settings;
    if (every > 0 && key !== '') this.first = this.refresh();
  }

  onApplicationShutdown(): void {
    this.stopping.abort();
    clearTimeout(this.timer);
  }

  /** The state of our own key. */
  get keyState(): KeyState {
    return this.isOutOfCredit && this.keySays !== 'refused' ? 'used_up' : this.keySays;
  }

  /**
   * Only a chat can reveal that the account is out of credit: `GET /key` knows only the key's own limit. This state
   * lasts until a chat succeeds.
   * @param outcome of a call of one of its slugs: `ok`, or an error code
   */
  noteOutcome(outcome: string): void {
    if (outcome === 'upstream_out_of_credit') this.isOutOfCredit = true;
    else if (outcome === 'ok') this.isOutOfCredit = false;
  }

  /** Has the catalogue been read at least once? */
  get isKnown(): boolean {
    return this.listings !== undefined;
  }

  /** Calls back each time the models have been read. */
  onRead(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Resolves once the first request has ended, successful or not. */
  whenAsked(): Promise<void> {
    return this.first;
  }

  /** Information about a slug; undefined if it is not listed, or nothing is known. */
  find(slug: string): Listing | undefined {
    return this.listings?.get(slug);
  }

  /** False if a complete, fresh list lacks the slug; undefined if unknown. */
  isListed(slug: string): boolean | undefined {
    if (this.find(slug)) return true;
    return performance.now() < this.completeUntil && !NEVER_LISTED.test(slug) ? false : undefined;
  }

  /** The same, with `price`, stated for its model, if the catalogue has none. */
  findPriced(slug: string, price: Price | undefined): Listing | undefined {
    const listing = this.find(slug);
    return !price || listing?.price ? listing : { ...UNLISTED, ...listing, price };
  }

  /** Warns once a day of each of these slugs that will be retired within 30 days. */
  warnOfRetirement(slugs: readonly string[], now = Date.now()): void {
    for (const slug of slugs) {
      const retiresAt = this.find(slug)?.retiresAt;
      if (!retiresAt || Date.parse(retiresAt) - now > NOTICE_DAYS * DAY_MS) continue;
      if (now - (this.warnedAt.get(slug) ?? -Infinity) < DAY_MS) continue;
      this.warnedAt.set(slug, now);
      this.logger.warn({ message: 'OpenRouter will retire a model', upstreamModel: slug, retiresAt });
    }
  }

  /** Reads both, and schedules the next time. Never rejects. */
  async refresh(): Promise<void> {
    clearTimeout(this.timer);
    const options = { timeoutMs: TIMEOUT_MS, signal: this.stopping.signal, maxBytes: MAX_BYTES };
    const [models, key] = await Promise.allSettled([
      getJson(this.settings, '/models', options),
      getJson(this.settings, '/key', options),
    ]);
    const good = [this.takeModels(models), this.takeKey(key)].every(Boolean);
    this.failures = good ? 0 : this.failures + 1;
    if (this.stopping.signal.aborted) return;
    const { CATALOGUE_REFRESH_MS: every } = this.settings;
    const wait = good ? every : Math.min(every, RETRY_MS * 2 ** (this.failures - 1));
    this.timer = setTimeout(() => void this.refresh(), wait).unref();
  }

  private takeModels(result: PromiseSettledResult<GetReply>): boolean {
    try {
      if (result.status === 'rejected') throw result.reason;
      if (result.value.status !== 200) throw new Error(`status ${result.value.status}`);
      const { body } = result.value;
      this.listings = readListings(body);
      const fresh = isWholeList(body)
        ? performance.now() + 2 * this.settings.CATALOGUE_REFRESH_MS
        : -Infinity;
      this.completeUntil = fresh;
      for (const tell of this.listeners) tell();
      return true;
    } catch (error) {
      this.report('The catalogue of OpenRouter could not be read', error);
      return false;
    }
  }

  private takeKey(result: PromiseSettledResult<GetReply>): boolean {
    if (result.status === 'rejected') {
      this.report('The state of our OpenRouter key could not be read', result.reason);
      return false;
    }
    const { status, body } = result.value;
    const before = this.keySays;
    if (status === 401) this.keySays = 'refused';
    else if (status === 200) {
      this.credit = readCredit(body);
      this.keySays = (this.credit.limitRemaining ?? Infinity) <= 0 ? 'used_up' : 'good';
    } else return false;
    if (this.keySays !== before) this.reportKey();
    return true;
  }

  private reportKey(): void {
    if (this.keySays === 'refused')
      this.logger.error('OpenRouter refuses OPENROUTER_API_KEY: every chat will fail');
    else if (this.keySays === 'used_up') this.logger.error('The limit of OPENROUTER_API_KEY is used up');
  }

  /** Logs once per outage, not at each attempt. */
  private report(message: string, error: unknown): void {
    if (this.failures > 0 || this.stopping.signal.aborted) return;
    const { code, message: reason } = error as NodeJS.ErrnoException;
    this.logger.warn({ message, reason: code ?? reason });
  }
}
