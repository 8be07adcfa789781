import { Logger } from '@nestjs/common';
import pg from 'pg';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Settings } from '../../src/config/settings.js';
import { HEADER_LINE } from '../../src/logging/csv/csv-format.js';
import type { LogRow } from '../../src/logging/log-row.js';
import { MIGRATIONS } from '../../src/logging/postgres/migrations.js';
import { PostgresLogStore } from '../../src/logging/postgres/postgres-log.store.js';
import { canMount, itWhere, LogFolder, readRows } from '../support/log-folder.js';
import { sampleRow } from '../support/log-rows.js';
import { PostgresServer, query } from '../support/postgres-server.js';
import { until } from '../support/until.js';

let server: PostgresServer;
let home: LogFolder;
let store: PostgresLogStore;
let lines: string[];
let last = 0;
let url: string;
let databases = 0;

beforeAll(async () => {
  server = await PostgresServer.start(['max_connections=12', 'autovacuum=off', 'fsync=off']);
});
afterAll(() => server.remove());

beforeEach(async () => {
  lines = [];
  const keep = (level: string) => (line: unknown) => lines.push(`${level} ${String(line)}`);
  Logger.overrideLogger({ log: keep('log'), warn: keep('warn'), error: keep('error') });
  const database = `test_${++databases}`;
  await query(server.url, `CREATE DATABASE ${database}`);
  url = server.urlOf(database);
  home = new LogFolder();
  store = newStore();
});
afterEach(async () => {
  await server.start();
  await store.onApplicationShutdown();
  home.remove();
  Logger.overrideLogger(true);
});

function newStore(changes: Partial<Settings> = {}): PostgresLogStore {
  const settings = new Settings();
  const given = { DATABASE_URL: url, CHAT_LOG_PATH: home.log, DATABASE_WRITE_TIMEOUT_MS: 1_000 };
  return new PostgresLogStore(Object.assign(settings, given, changes));
}

async function restart(changes: Partial<Settings> = {}): Promise<void> {
  await store.onApplicationShutdown();
  store = newStore(changes);
  await store.onModuleInit();
}

const rowOf = (changes: Partial<LogRow> = {}): LogRow => {
  const id = `id-${String(++last).padStart(6, '0')}`;
  return sampleRow({ timestamp: new Date().toISOString(), id, request_id: id, ...changes });
};
const append = (count: number, changes: Partial<LogRow> = {}) =>
  Promise.all(Array.from({ length: count }, () => store.append(rowOf(changes))));
const ids = async () =>
  (
    await query<{ id: string }>(url, 'SELECT id FROM chats JOIN chat_texts USING (timestamp, id) ORDER BY id')
  ).map(({ id }) => id);
const expected = (count: number) =>
  Array.from({ length: count }, (_, index) => `id-${String(last - count + index + 1).padStart(6, '0')}`);
/** The next try may be two seconds away. */
const shipped = () =>
  until(
    'all rows are shipped',
    () => store.state().pending === 0 && store.state().degraded === undefined,
    15_000,
  );
const spillPath = () => home.path('chat_logs.spill.csv');

describe('the log in PostgreSQL', () => {
  it('keeps every column, and a row that comes twice once', async () => {
    await store.onModuleInit();
    const row = rowOf({ prompt: `it's "ü" \\ {a,b} NULL 😀`, messages: '[]', cost: null, key: 'k' });
    expect(await Promise.all([store.append(row), store.append(row)])).toEqual(['written', 'written']);
    const found = await query<LogRow>(
      url,
      'SELECT *, timestamp::text FROM chats JOIN chat_texts USING (timestamp, id)',
    );
    expect(found).toHaveLength(1);
    const at = row.timestamp
      .replace('T', ' ')
      .replace('Z', '')
      .replace(/\.?0+$/, '');
    expect(found[0]).toMatchObject({ ...row, timestamp: at });
  });

  it('C12 C13: a NUL becomes its picture, half a surrogate pair the replacement character', async () => {
    await store.onModuleInit();
    expect(await append(1, { response: 'a\0b\ud800c', user: '\0' })).toEqual(['written']);
    expect(await query(url, 'SELECT response, "user" FROM chats JOIN chat_texts USING (id)')).toEqual([
      { response: 'a␀b\ufffdc', user: '␀' },
    ]);
  });

  it('shares one commit among rows that come together', async () => {
    await store.onModuleInit();
    await append(1);
    const commits = async () =>
      Number((await query<{ n: string }>(url, 'SELECT count(DISTINCT xmin::text) AS n FROM chats'))[0]?.n);
    await append(200);
    expect(await commits()).toBeLessThanOrEqual(3);
    expect(await ids()).toEqual(expected(201));
  });

  it('keeps rows of any month, each in its partition', async () => {
    await store.onModuleInit();
    for (const timestamp of ['2019-02-28T23:59:59.999Z', '2031-12-31T00:00:00.000Z', 'yesterday'])
      expect(await append(1, { timestamp })).toEqual(['written']);
    const parts = await query<{ part: string }>(
      url,
      'SELECT tableoid::regclass::text AS part FROM chat_texts ORDER BY part',
    );
    expect(parts.map(({ part }) => part)).toEqual([
      'chat_texts_1970_01',
      'chat_texts_2019_02',
      'chat_texts_2031_12',
    ]);
  });

  it('drops whole months by LOG_RETENTION_DAYS, with what became known of their chats', async () => {
    await store.onModuleInit();
    const timestamp = '2019-02-28T23:59:59.999Z';
    await append(2, { timestamp });
    await append(1);
    await restart({ LOG_RETENTION_DAYS: 30 });
    await until('it is said', () => lines.some((line) => line.includes('The rows of 2019-02')));
    expect(await ids()).toHaveLength(1);
  });

  it('keeps the last value of each amendment, in whatever order they come', async () => {
    await store.onModuleInit();
    const { id } = rowOf();
    expect(await store.amend([{ id, field: 'generation', value: 'gen-1' }])).toBe('written');
    await store.amend([
      { id, field: 'cost', value: '0.5' },
      { id, field: 'score', value: '1' },
      { id, field: 'score', value: '-1' },
      { id: 'other', field: 'comment', value: 'a\0b' },
    ]);
    await restart();
    await store.amend([{ id, field: 'cost', value: '0.25' }]);
    expect(await query(url, 'SELECT id, cost, score, comment, generation FROM amended ORDER BY id')).toEqual([
      { id, cost: 0.25, score: -1, comment: null, generation: 'gen-1' },
      { id: 'other', cost: null, score: null, comment: 'a␀b', generation: null },
    ]);
  });

  it('does not start where only the operator can help, and says why in one line', async () => {
    const none = newStore({ DATABASE_URL: server.urlOf('nowhere') });
    await expect(none.onModuleInit()).rejects.toThrow(
      'The database of DATABASE_URL cannot be used: database "nowhere" does not exist',
    );
    expect(home.names()).toEqual([]);
  });

  it('several processes that start at once make one schema', async () => {
    const others = ['b', 'c', 'd'].map((name) => newStore({ CHAT_LOG_PATH: home.path(`${name}.csv`) }));
    await Promise.all([store, ...others].map((each) => each.onModuleInit()));
    expect(await Promise.all(others.map((each) => each.append(rowOf())))).toEqual(Array(3).fill('written'));
    await Promise.all(others.map((each) => each.onApplicationShutdown()));
    expect(await query(url, 'SELECT number FROM parley_migrations ORDER BY number')).toEqual(
      MIGRATIONS.map(({ number }) => ({ number })),
    );
  });
});

describe('while the database takes no rows', () => {
  it('L13 stopped at once: rows go to the spill, and each is shipped once when it is back', async () => {
    await store.onModuleInit();
    await append(3);
    await server.stop('immediate');
    expect(await append(5)).toEqual(Array(5).fill('spilled'));
    expect(await store.amend([{ id: 'x', field: 'score', value: '1' }])).toBe('spilled');
    expect(store.state()).toMatchObject({ writable: true, pending: 6, outages: 1 });
    expect(store.state().degraded).toMatch(/^the database takes no rows: /);
    expect(() => {
      store.admit();
    }).not.toThrow();
    expect(readRows(spillPath()).map(({ id }) => id)).toEqual(expected(5));
    await server.start();
    await shipped();
    expect(await ids()).toEqual(expected(8));
    expect(await query(url, 'SELECT id FROM amended')).toEqual([{ id: 'x' }]);
    expect(await append(1)).toEqual(['written']);
    expect(home.names()).toEqual(['chat_logs.spill.csv.lock']);
    expect(lines.filter((line) => line.includes('The database of the log'))).toEqual([
      expect.stringMatching(/^error .*cannot take rows.*they go to the spill/),
      expect.stringMatching(/^log .*takes rows again.*6 rows were kept and written, 0 chats refused/),
    ]);
  });

  it('L13 down at the start: the service starts, and the schema is made later', async () => {
    await server.stop();
    await store.onModuleInit();
    expect(await append(2)).toEqual(['spilled', 'spilled']);
    await server.start();
    await shipped();
    expect(await ids()).toEqual(expected(2));
  });

  it('L13 restarted, and connections terminated: no row is lost or there twice', async () => {
    await store.onModuleInit();
    await append(1);
    const first = last;
    const end = Date.now() + 2_500;
    const producing = Array.from({ length: 8 }, async () => {
      while (Date.now() < end) await append(1);
    });
    await server.restart('fast');
    for (let n = 0; n < 10; n++) {
      await query(
        url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'parley'",
      );
      await append(5);
    }
    await Promise.all(producing);
    await shipped();
    expect(await ids()).toEqual(expected(last - first + 1));
  });

  it('L13 no connection is left: the spill takes the rows', async () => {
    await server.stop();
    await store.onModuleInit();
    await server.start();
    const others: pg.Client[] = [];
    try {
      for (;;) {
        const client = new pg.Client({ connectionString: url });
        client.on('error', () => undefined);
        await client.connect();
        others.push(client);
      }
    } catch (error) {
      expect(error).toMatchObject({ code: '53300' });
    }
    expect(await append(2)).toHaveLength(2);
    await Promise.all(others.map((client) => client.end()));
    await shipped();
    expect(await ids()).toEqual(expected(2));
  });

  it('L13 locked: given up in time, and shipped when the lock is gone', async () => {
    await store.onModuleInit();
    await append(1);
    const holder = new pg.Client({ connectionString: url });
    await holder.connect();
    await holder.query('BEGIN; LOCK TABLE chats IN ACCESS EXCLUSIVE MODE');
    expect(await append(2)).toEqual(['spilled', 'spilled']);
    expect(store.state().degraded).toContain('statement timeout');
    expect(await append(2)).toEqual(['spilled', 'spilled']);
    await holder.query('ROLLBACK');
    await shipped();
    await holder.end();
    expect(await ids()).toEqual(expected(5));
  });

  it('L13 slow: rows that come meanwhile share the next commit', async () => {
    await store.onModuleInit();
    await append(1);
    await query(
      url,
      `CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.3); RETURN NULL; END $$;
       CREATE TRIGGER slow AFTER INSERT ON chats FOR EACH STATEMENT EXECUTE FUNCTION slow()`,
    );
    const all = Array.from({ length: 30 }, async () => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 300));
      return append(1);
    });
    expect((await Promise.all(all)).flat()).toEqual(Array(30).fill('written'));
    expect(await ids()).toEqual(expected(31));
  });

  it('L13 a row that the database refuses is set aside, and does not hold up the others', async () => {
    await store.onModuleInit();
    await append(1);
    await query(url, "ALTER TABLE chats ADD CHECK (model <> 'poison')");
    const results = await Promise.all([
      append(2),
      store.append(rowOf({ model: 'poison', prompt: 'kept' })),
      append(2),
    ]);
    expect(results.flat()).toEqual(Array(5).fill('spilled'));
    await shipped();
    expect(await ids()).toHaveLength(5);
    expect(readRows(home.path('chat_logs.rejected.csv'))).toMatchObject([
      { model: 'poison', prompt: 'kept' },
    ]);
    expect(store.state()).toMatchObject({ outages: 0 });
    expect(lines).toContainEqual(expect.stringMatching(/chat_logs\.rejected\.csv: 23514 /));
  });
});

describe('the spill', () => {
  it('L15 full: chats are refused before a model is called, until it is shipped', async () => {
    await restart({ LOG_SPILL_MAX_BYTES: 4_000 });
    await server.stop('immediate');
    while (store.state().writable) await append(1);
    expect(store.state().reason).toBe('the spill is full');
    expect(() => {
      store.admit();
    }).toThrow('The chat log cannot take rows now');
    expect(await append(1)).toEqual(['spilled']);
    await server.start();
    await shipped();
    expect(store.state().writable).toBe(true);
  });

  itWhere(canMount, 'mount')('L15 its disk is full: kept in memory, and no chat is admitted', async () => {
    home.mount('size=64k');
    await store.onModuleInit();
    const first = last;
    await server.stop('immediate');
    for (;;) if ((await append(1, { prompt: 'x'.repeat(2_000) })).includes('pending')) break;
    expect(store.state()).toMatchObject({ writable: false });
    expect(store.state().reason).toMatch(/^the spill cannot be written: (ENOSPC|the disk took only a part)/);
    await append(2);
    home.remount('size=1m');
    await until('the disk takes rows', () => store.state().writable);
    await server.start();
    await shipped();
    expect(await ids()).toEqual(expected(last - first));
  });

  it('L15 corrupt: what is no row is set aside, the rest is shipped, the oldest first', async () => {
    const line = (id: string) => `"2026-11-23T17:20:47.475Z","m","p","r",1,2,3,"ok",,,,,,1,"${id}",,,,,,\r\n`;
    const older = home.path('chat_logs.spill.20261101T000000000Z.csv');
    writeFileSync(older, `${HEADER_LINE}${line('a')}"torn",""in the middle"",1\r\n${line('b')}"cut`);
    writeFileSync(spillPath(), `${HEADER_LINE}${line('c')}"2026-11-23T17:20`);
    await store.onModuleInit();
    await shipped();
    expect(await ids()).toEqual(['a', 'b', 'c']);
    const rejected = readFileSync(home.path('chat_logs.rejected.csv'), 'utf8');
    expect(rejected).toBe(`${HEADER_LINE}"torn",""in the middle"",1\r\n"cut`);
    expect(existsSync(older)).toBe(false);
    expect(home.names().filter((name) => name.endsWith('.torn'))).toHaveLength(1);
  });

  it('L15 foreign: is left as it is, and said once', async () => {
    writeFileSync(home.path('chat_logs.spill.2.csv'), 'date;amount\n1;2\n');
    await store.onModuleInit();
    await append(1);
    expect(await ids()).toEqual(expected(1));
    expect(home.names()).toContain('chat_logs.spill.2.csv');
    expect(store.state().pending).toBe(0);
    expect(lines.filter((line) => line.includes('is not a chat log'))).toHaveLength(1);
  });

  it('is written before the reply and shipped behind it with DATABASE_ACK=local', async () => {
    await restart({ DATABASE_ACK: 'local' });
    const first = last;
    expect(await append(50)).toEqual(Array(50).fill('written'));
    await server.stop('immediate');
    expect(await append(5)).toEqual(Array(5).fill('written'));
    await server.start();
    await shipped();
    expect(await ids()).toEqual(expected(last - first));
    expect(home.names()).toEqual(['chat_logs.spill.csv.lock']);
  });

  it('is taken back after a stop during an outage', async () => {
    await store.onModuleInit();
    await server.stop('immediate');
    await append(3);
    await store.onApplicationShutdown();
    await server.start();
    store = newStore();
    await store.onModuleInit();
    expect(store.state().pending).toBe(3);
    await shipped();
    expect(await ids()).toEqual(expected(3));
  });
});
