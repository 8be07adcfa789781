import type { Nano } from '../../common/money.js';
import type { LogRow } from '../../logging/log-row.js';
import type { Standing } from '../budget/ledger.js';
import type { RateStates } from '../limits/limit-headers.js';
import type { Key } from '../keys/key.js';

/** A chat that requests admission. */
export interface Ask {
  /** The id of its row. */
  readonly id: string;
  readonly key: Key;
  /** Wall clock, in ms since 1970. */
  readonly beganAt: number;
  /** The registered name of the requested model. */
  readonly model: string;
  /** Tokens counted against the minute until its row has the actual number. */
  readonly tokens: number;
  /** The maximum that it may cost; 0 for a key without a budget. */
  readonly amount: Nano;
}

/** The usage of a key's limits. */
export interface KeyUse {
  readonly rates: RateStates;
  /** Running chats. */
  readonly parallel: number;
  /** Undefined for a key without a budget. */
  readonly budget: Standing | undefined;
}

/** `T` without a promise where possible: most results need no I/O. */
export type Soon<T> = T | Promise<T>;

/**
 * The usage of each key's limits, and the possible cost of its calls: in the memory of the one process that
 * owns the log, or in PostgreSQL for several.
 */
export abstract class Allowances {
  /** Resolves once the state left by earlier processes is known: only then may their bills be reported. */
  abstract whenRecovered(): Promise<void>;

  /** The minute limits of a key, for reply headers. Undefined if the key has no such limit. */
  abstract rates(key: Key): RateStates;

  abstract use(key: Key): Soon<KeyUse>;

  /**
   * Reserves the chat's request, tokens, parallel slot and money, all or nothing.
   * Throws Problem 429 or 402 that names the exhausted limit, or 503 while the key's spending is unknown.
   */
  abstract take(ask: Ask): Soon<void>;

  /**
   * Called before each attempt: holds all of `amount`, and stores on disk that the call may cost that. Throws Problem
   * 402 or 503: then the attempt must not be made.
   */
  abstract raise(id: string, amount: Nano): Soon<void>;

  /** Records the upstream's generation id for the call, in case the process dies before its row. */
  abstract generation(id: string, generation: string): void;

  /** The client has disconnected: its slot is freed. Its money stays held if an attempt was made. */
  abstract leave(id: string): void;

  /** The chat has its row, with or without its cost. */
  abstract settle(row: LogRow): void;

  /** Resolves once all processes see that, so that the client may send its next request. Undefined: they do. */
  abstract whenSettled(id: string): Promise<void> | undefined;

  /** The actual cost of a call whose row had none; undefined: it stays unknown, and the estimate remains. */
  abstract bill(id: string, cost: Nano | undefined): void;
}
