import { setTimeout as sleep } from 'node:timers/promises';
import type { Nano } from '../../common/money.js';
import { isTimeout, isUnreachable } from '../../logging/postgres/database-errors.js';
import { openPool } from '../../logging/postgres/pool.js';
import type { Ask } from '../allowances/allowances.js';
import type { Counted } from '../allowances/rate-limits.js';
import { windowAt, windowsAt, windowStart } from '../budget/budget-window.js';
import type { OpenCall } from '../budget/journal-entry.js';
import type { Budget, Key } from '../keys/key.js';

const CONNECTIONS = 4;
const AGAIN_MS = 50;

/** What there is no room for; `unknown`: the key has spent what nobody has summed up yet. */
export type Refusal = 'request' | 'token' | 'parallel chat' | 'budget' | 'unknown';

export interface Taken extends Counted {
  readonly refusal: Refusal | null;
}

/** The end of a call, or its bill. */
export interface CallEnd {
  /** Undefined: what was held. */
  readonly spent: Nano | undefined;
  /** That is an estimate; the bill is still to come. */
  readonly owed: boolean;
  /** Undefined: those that were counted when it began. */
  readonly tokens?: number | undefined;
}

export interface SharedUse extends Counted {
  readonly parallel: number;
  /** Null while it is not known. */
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

const ADOPT = `UPDATE holds SET replica = $1, adopted = true, has_place = false WHERE
  CASE WHEN replica = $1 THEN NOT adopted AND NOT owed AND taken_at < clock_timestamp() - $2 * interval '1 ms'
  ELSE NOT EXISTS (SELECT FROM replicas
    WHERE replicas.id = holds.replica AND seen_at > clock_timestamp() - $3 * interval '1 ms') END`;

const ADOPTED = `SELECT id, key, model, began_at::float8 AS "beganAt", amount::float8 AS amount, generation, owed FROM holds
  WHERE replica = $1 AND adopted AND (NOT owed OR began_at < $2
    OR EXISTS (SELECT FROM chat_log WHERE chat_log.id = holds.id AND chat_log.cost IS NOT NULL))`;

/**
 * Limits and holds of all processes in one database; the functions are in its schema. Each statement may be asked again:
 * it is done once.
 */
export class HoldTable {
  private readonly pool: ReturnType<typeof openPool>;

  /** @param patienceMs for a connection, for one statement, and for a database that comes back */
  constructor(
    url: string,
    private readonly patienceMs: number,
    private readonly replica: string,
  ) {
    const timeouts = { connectTimeoutMs: patienceMs, statementTimeoutMs: patienceMs };
    this.pool = openPool({ url, size: CONNECTIONS, ...timeouts });
  }

  async take(ask: Ask): Promise<Taken> {
    const taken = await this.takeNow(ask);
    if (taken.refusal !== 'unknown' || !ask.key.budget) return taken;
    await this.learn(ask.key.id, ask.key.budget, ask.beganAt);
    return this.takeNow(ask);
  }

  private async takeNow({ id, key, model, beganAt, tokens, amount }: Ask): Promise<Taken> {
    const { rpm, tpm, concurrency, budget } = key;
    const [taken] = await this.ask<Taken>(
      `SELECT refusal, requests::float8, requests_ms AS "requestsMs", tokens::float8, tokens_ms AS "tokensMs"
       FROM take_place($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
      [
        ...[id, key.id, this.replica, model, beganAt, windowsAt(beganAt), tokens, storable(amount)],
        ...[concurrency, rpm, tpm, budget && windowAt(budget.window, beganAt), budget?.limit ?? null],
      ],
    );
    if (!taken) throw new Error('one row is asked for');
    return taken;
  }

  /** `gone`: the call has no hold any more. */
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

  /** Sums up what the rows of the key have cost in the window of that moment, unless that is known. */
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
    if (!use) throw new Error('one row is asked for');
    return use;
  }

  async leave(id: string): Promise<void> {
    await this.ask('UPDATE holds SET has_place = false WHERE id = $1', [id]);
  }

  async settle(id: string, { spent, owed, tokens }: CallEnd): Promise<void> {
    const cost = spent === undefined ? null : storable(spent);
    await this.ask('SELECT settle_call($1, $2, $3, $4)', [id, cost, owed, tokens ?? null]);
  }

  async generations(known: ReadonlyMap<string, string>): Promise<void> {
    await this.ask(
      'UPDATE holds SET generation = told.generation FROM unnest($1::text[], $2::text[]) AS told (id, generation) WHERE holds.id = told.id',
      [[...known.keys()], [...known.values()]],
    );
  }

  /** This process lives. Rejects at once if the database does not answer. */
  async beat(): Promise<void> {
    await this.pool.query(
      'INSERT INTO replicas VALUES ($1, clock_timestamp()) ON CONFLICT (id) DO UPDATE SET seen_at = clock_timestamp()',
      [this.replica],
    );
  }

  /**
   * Takes over the calls of processes that have not shown themselves for `leaseMs`, and our own that should have ended
   * `overdueMs` ago. Answers those among all that were taken over whose end can be told.
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

  /** A database that restarts is back within moments, and a broken connection is replaced by another. */
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

/** What is more than can be counted is more than any budget, too. */
const storable = (amount: Nano): Nano => Math.min(amount, Number.MAX_SAFE_INTEGER);
