import type { Nano } from '../../common/money.js';
import type { LogRow } from '../../logging/log-row.js';
import type { Standing } from '../budget/ledger.js';
import type { RateStates } from '../limits/limit-headers.js';
import type { Key } from '../keys/key.js';

/** A chat that asks for its place. */
export interface Ask {
  /** That of its row. */
  readonly id: string;
  readonly key: Key;
  /** Wall clock, in ms since 1970. */
  readonly beganAt: number;
  /** The registered name that is asked. */
  readonly model: string;
  /** Tokens that count against the minute until its row tells the true number. */
  readonly tokens: number;
  /** The most that it may cost; 0 for a key without a budget. */
  readonly amount: Nano;
}

/** How much of its limits a key has used. */
export interface KeyUse {
  readonly rates: RateStates;
  /** Chats under way. */
  readonly parallel: number;
  /** Undefined for a key without a budget. */
  readonly budget: Standing | undefined;
}

/** `T` at once where that is possible: most answers need nobody to be asked. */
export type Soon<T> = T | Promise<T>;

/**
 * How much of its limits each key has used, and what its calls may still cost: in the memory of the one process that
 * owns the log, or in PostgreSQL for several.
 */
export abstract class Allowances {
  /** Resolves once it is known what earlier processes left behind: only then may bills of theirs be told. */
  abstract whenRecovered(): Promise<void>;

  /** The minutes of a key, to tell its client. Undefined where the key has no such limit. */
  abstract rates(key: Key): RateStates;

  abstract use(key: Key): Soon<KeyUse>;

  /**
   * A place for the chat: its request, its tokens, its turn among the parallel ones and the money, all or nothing.
   * Throws Problem 429 or 402 that says what there is none of, or 503 while it is not known what the key has spent.
   */
  abstract take(ask: Ask): Soon<void>;

  /**
   * Called before each attempt: sets aside all of `amount`, and keeps on disk that the call may cost that. Throws Problem
   * 402 or 503: then the attempt must not be made.
   */
  abstract raise(id: string, amount: Nano): Soon<void>;

  /** The upstream's id of what the call with this id gets, in case nobody lives to see its row. */
  abstract generation(id: string, generation: string): void;

  /** The client has gone: somebody else may have its turn. Its money stays aside if an attempt was made. */
  abstract leave(id: string): void;

  /** The chat has its row, which says what it has cost, or leaves that open. */
  abstract settle(row: LogRow): void;

  /** Resolves once that is done for all processes: then whoever has the reply may ask again. Undefined: it is. */
  abstract whenSettled(id: string): Promise<void> | undefined;

  /** What a call whose row left that open has really cost; undefined: nobody will tell, and the estimate stays. */
  abstract bill(id: string, cost: Nano | undefined): void;
}
