import { setTimeout as sleep } from 'node:timers/promises';
import type { Nano } from '../../common/money.js';
import { isTimeout, isUnreachable } from '../../logging/postgres/database-errors.js';
import { openPool } from '../../logging/postgres/pool.js';
import type { Ask } from '../allowances/allowances.js';
import type { Counted } from '../allowances/rate-limits.js';
import { windowAt, windowsAt, windowStart } from '../budget/budget-window.js';
import type { OpenCall } from '../budget/journal-entry.js';
import type { Budget, Key } from '../keys/key.js';
import { Batches } from './batches.js';

const CONNECTIONS = 4;
const AGAIN_MS = 50;

/** The limit that was reached; `unknown`: the spending of the key has not been summed up yet. */
export type Refusal = 'request' | 'token' | 'parallel chat' | 'budget' | 'unknown';

export interface Taken extends Counted {
  readonly refusal: Refusal | null;
}

/** How a call ended, or its bill. */
export interface CallEnd {
  /** Undefined: the amount of its hold. */
  readonly spent: Nano | undefined;
  /** True if `spent` is an estimate, because the bill is still pending. */
  readonly owed: boolean;
  /** Undefined: the number counted when it began. */
  readonly tokens?: number | undefined;
}

export interface SharedUse extends Counted {
  readonly parallel: number;
  /** Null while unknown. */
  readonly spent: Nano | null;
  readonly held: Nano;
}

const COUNTED = (name: string) => `
  CASE WHEN now() - ${name}_since < interval '1 minute' THEN ${name} ELSE 0 END::float8 AS ${name},
  CASE WHEN now() - ${name}_since < interval '1 minute'
    THEN 1000 * extract(epoch FROM now() - ${name}_since) ELSE 'infinity' END::float8 AS "${name}Ms"`;

const USE = `SELECT ${COUNTED('requests')}, ${COUNTED('tokens')},
  (SELECT count(*) FROM holds WHERE holds.key = $1 AND has_place)::float8 AS parallel,
  (SELECT amount FROM spent WHERE spent.key = $1 AND time_window = $2 AND known)::float8
    + coalesce((SELECT sum(amount) FROM holds WHERE holds.key = $1 AND $2 = ANY (windows) AND owed), 0)::float8 AS spent,
  coalesce((SELECT sum(amount) FROM holds WHERE holds.key = $1 AND $2 = ANY (windows) AND NOT owed), 0)::float8 AS held
  FROM (SELECT $1) AS asked (key) LEFT JOIN key_minutes USING (key)`;

/** Sorted by key, like SETTLE: two statements that lock keys in different orders could deadlock. */
const TAKE = `SELECT refusal, requests::float8, requests_ms AS "requestsMs", tokens::float8, tokens_ms AS "tokensMs"
  FROM (SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::bigint[], $7::bigint[],
      $8::bigint[], $9::bigint[], $10::bigint[], $11::text[], $12::bigint[]) WITH ORDINALITY
    AS ask (id, key, model, began_at, windows, more_tokens, amount, places, rpm, tpm, time_window, budget, number)
    ORDER BY key) AS ask,
  LATERAL take_place(ask.id, ask.key, $13, model, began_at, ARRAY(SELECT jsonb_array_elements_text(windows::jsonb)),
    more_tokens, amount, places, rpm, tpm, time_window, budget) ORDER BY number`;

const SETTLE = `SELECT settle_call(id, cost, is_owed, true_tokens) FROM (
  SELECT settled.* FROM unnest($1::text[], $2::bigint[], $3::boolean[], $4::bigint[])
    AS settled (id, cost, is_owed, true_tokens) JOIN holds USING (id) ORDER BY holds.key) AS settled`;

const ADOPT = `UPDATE holds SET replica = $1, adopted = true, has_place = false WHERE
  CASE WHEN replica = $1 THEN NOT adopted AND NOT owed AND taken_at < clock_timestamp() - $2 * interval '1 ms'
  ELSE NOT EXISTS (SELECT FROM replicas
    WHERE replicas.id = holds.replica AND seen_at > clock_timestamp() - $3 * interval '1 ms') END`;

const ADOPTED = `SELECT id, key, model, began_at::float8 AS "beganAt", amount::float8 AS amount, generation, owed FROM holds
  WHERE replica = $1 AND adopted AND (NOT owed OR began_at < $2
    OR EXISTS (SELECT FROM chat_log WHERE chat_log.id = holds.id AND chat_log.cost IS NOT NULL))`;

/** Limits and holds of all processes in one database; the SQL functions are in its schema. All statements are idempotent. */
export class HoldTable {
  private readonly pool: ReturnType<typeof openPool>;
  private readonly takes = new Batches<Ask, Taken>((asks) => this.takeAll(asks));
  private readonly ends = new Batches<CallEnd & { id: string }, undefined>((ends) => this.settleAll(ends));

  /** @param patienceMs timeout for a connection, for one statement, and for a database that restarts */
  constructor(
    url: string,
    private readonly patienceMs: number,
    private readonly replica: string,
  ) {
    const timeouts = { connectTimeoutMs: patienceMs, statementTimeoutMs: patienceMs };
    this.pool = openPool({ url, size: CONNECTIONS, ...timeouts });
  }

  async take(ask: Ask): Promise<Taken> {
    const taken = await this.takes.add(ask);
    if (taken.refusal !== 'unknown' || !ask.key.budget) return taken;
    await this.learn(ask.key.id, ask.key.budget, ask.beganAt);
    return this.takes.add(ask);
  }

  /** `gone`: the call no longer has a hold. */
  async raise(
    id: string,
    amount: Nano,
    { window, limit }: Budget,
    beganAt: number,
  ): Promise<Refusal | 'gone' | null> {
    const [raised] = await this.ask<{ refusal: Refusal | 'gone' | null }>(
      'SELECT raise_hold($1, $2, $3, $4) AS refusal',
      [id, storable(amount), windowAt(window, beganAt), limit],
    );
    return raised ? raised.refusal : 'gone';
  }

  /** Sums up the cost of the key's rows in the window of that moment, unless it is known. */
  private async learn(key: string, { window }: Budget, at: number): Promise<void> {
    const start = windowStart(window, at);
    const since = start === undefined ? '-infinity' : new Date(start).toISOString().replace('Z', '');
    await this.ask('SELECT learn_spent($1, $2, $3::timestamp)', [key, windowAt(window, at), since]);
  }

  async use(key: Key, at: number): Promise<SharedUse> {
    const use = await this.useNow(key, at);
    if (use.spent !== null || !key.budget) return use;
    await this.learn(key.id, key.budget, at);
    return this.useNow(key, at);
  }

  private async useNow({ id, budget }: Key, at: number): Promise<SharedUse> {
    const [use] = await this.ask<SharedUse>(USE, [id, budget && windowAt(budget.window, at)]);
    if (!use) throw new Error('the query returned no row');
    return use;
  }

  async leave(id: string): Promise<void> {
    await this.ask('UPDATE holds SET has_place = false WHERE id = $1', [id]);
  }

  settle(id: string, end: CallEnd): Promise<void> {
    return this.ends.add({ id, ...end });
  }

  async generations(known: ReadonlyMap<string, string>): Promise<void> {
    await this.ask(
      'UPDATE holds SET generation = told.generation FROM unnest($1::text[], $2::text[]) AS told (id, generation) WHERE holds.id = told.id',
      [[...known.keys()], [...known.values()]],
    );
  }

  /** Renews the lease of this process. Rejects at once if the database does not answer. */
  async beat(): Promise<void> {
    await this.pool.query(
      'INSERT INTO replicas VALUES ($1, clock_timestamp()) ON CONFLICT (id) DO UPDATE SET seen_at = clock_timestamp()',
      [this.replica],
    );
  }

  /**
   * Adopts the calls of processes that have not renewed their lease for `leaseMs`, and own calls that are `overdueMs` old.
   * Returns the adopted calls that can be settled now.
   */
  async adopt(leaseMs: number, overdueMs: number, patientSince: number): Promise<OpenCall[]> {
    await this.pool.query(ADOPT, [this.replica, overdueMs, leaseMs]);
    await this.pool.query(`DELETE FROM replicas WHERE seen_at < clock_timestamp() - interval '1 hour'`);
    const { rows } = await this.pool.query<OpenCall>(ADOPTED, [this.replica, patientSince]);
    return rows;
  }

  async close(): Promise<void> {
    await this.pool.query('DELETE FROM replicas WHERE id = $1', [this.replica]).catch(() => undefined);
    await this.pool.end();
  }

  private takeAll(asks: readonly Ask[]): Promise<Taken[]> {
    const columns = [
      asks.map(({ id }) => id),
      asks.map(({ key }) => key.id),
      asks.map(({ model }) => model),
      asks.map(({ beganAt }) => beganAt),
      // PostgreSQL's arrays of arrays must be rectangular.
      asks.map(({ beganAt }) => JSON.stringify(windowsAt(beganAt))),
      asks.map(({ tokens }) => tokens),
      asks.map(({ amount }) => storable(amount)),
      asks.map(({ key }) => key.concurrency),
      asks.map(({ key }) => key.rpm),
      asks.map(({ key }) => key.tpm),
      asks.map(({ key: { budget }, beganAt }) => budget && windowAt(budget.window, beganAt)),
      asks.map(({ key }) => key.budget?.limit ?? null),
    ];
    return this.ask<Taken>(TAKE, [...columns, this.replica]);
  }

  private async settleAll(ends: readonly (CallEnd & { id: string })[]): Promise<undefined[]> {
    await this.ask(SETTLE, [
      ends.map(({ id }) => id),
      ends.map(({ spent }) => (spent === undefined ? null : storable(spent))),
      ends.map(({ owed }) => owed),
      ends.map(({ tokens }) => tokens ?? null),
    ]);
    return ends.map(() => undefined);
  }

  /** Retries while the database is unreachable: a restart takes moments, and the pool replaces a broken connection. */
  private async ask<Line extends object>(text: string, values: unknown[]): Promise<Line[]> {
    const deadline = performance.now() + this.patienceMs;
    for (;;) {
      try {
        return (await this.pool.query<Line>(text, values)).rows;
      } catch (error) {
        const mayPass = isUnreachable(error) && !isTimeout(error);
        if (!mayPass || performance.now() + AGAIN_MS > deadline) throw error;
        await sleep(AGAIN_MS);
      }
    }
  }
}

/** An amount above the safe integers exceeds any budget anyway. */
const storable = (amount: Nano): Nano => Math.min(amount, Number.MAX_SAFE_INTEGER);
