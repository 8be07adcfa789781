// Fills a PostgreSQL of its own with a large log, once; postgres-scale.mjs asks it. The folder stays for later runs.
//   npm run build && node test/bench/postgres-load.mjs <folder> [rows=5000000] [days=90]
import { chmodSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import pg from 'pg';
import { BenchPostgres } from './postgres-server.mjs';
import { COLUMNS, RowMaker } from './postgres-rows.mjs';

const BATCH = 50_000;
const TABLES = Object.keys(COLUMNS);
const [folder, rows = '5000000', days = '90'] = process.argv.slice(2);
if (!folder) throw new Error('usage: postgres-load.mjs <folder> [rows] [days]');

/** Indexes are made at the end: for trigrams that is ten times faster than with each row. */
async function withoutTextIndexes(client, work) {
  const { rows: indexes } = await client.query(
    `SELECT indexrelid::regclass AS name, pg_get_indexdef(indexrelid) AS sql FROM pg_index
     WHERE indrelid = 'chat_texts'::regclass AND pg_get_indexdef(indexrelid) LIKE '%gin%'`,
  );
  for (const { name } of indexes) await client.query(`DROP INDEX ${name}`);
  await work();
  await client.query(`SET maintenance_work_mem = '1GB'`);
  for (const { sql } of indexes) await client.query(sql.replace(' ON ONLY ', ' ON '));
}

async function load(client, maker) {
  for (let index = 0; index < maker.rows;) {
    const lines = Object.fromEntries(TABLES.map((table) => [table, []]));
    for (const end = Math.min(maker.rows, index + BATCH); index < end; index++)
      for (const [table, line] of Object.entries(maker.lines(index))) lines[table].push(line);
    for (const table of TABLES) {
      const path = join(folder, `${table}.copy`);
      writeFileSync(path, lines[table].join(''));
      chmodSync(path, 0o644);
      await client.query(`COPY ${table} (${COLUMNS[table]}) FROM '${path}'`);
      unlinkSync(path);
    }
    if (index % 500_000 === 0) console.log(`${index} rows, ${seconds()} s`);
  }
}

const began = Date.now();
const seconds = () => Math.round((Date.now() - began) / 1000);

const postgres = await BenchPostgres.start(folder, ['fsync=off', 'synchronous_commit=off', 'autovacuum=off']);
const client = new pg.Client({ connectionString: postgres.url });
try {
  const { migrate } = await import('../../dist/logging/postgres/migrate.js');
  const { monthOf, Partitions } = await import('../../dist/logging/postgres/partitions.js');
  await migrate(postgres.url, 10_000);
  await client.connect();
  const maker = new RowMaker({ rows: Number(rows), days: Number(days), end: Date.now() });
  const months = new Set(
    Array.from({ length: Number(days) + 2 }, (_, day) =>
      monthOf(new Date(maker.start + day * 86_400_000).toISOString()),
    ),
  );
  await new Partitions().ensure(client, months);
  await withoutTextIndexes(client, () => load(client, maker));
  console.log(`indexes of texts, ${seconds()} s`);
  await client.query('VACUUM (ANALYZE)');
  const { rows: sizes } = await client.query(
    `SELECT relname AS table, pg_size_pretty(sum(pg_relation_size(i.relid))) AS rows,
       pg_size_pretty(sum(pg_indexes_size(i.relid))) AS indexes, pg_size_pretty(sum(pg_total_relation_size(i.relid))) AS total
     FROM (SELECT CASE WHEN relname LIKE 'chats%' THEN 'chats' WHEN relname LIKE 'chat_texts%' THEN 'chat_texts' ELSE relname END AS relname, relid
           FROM pg_stat_user_tables) AS i GROUP BY 1 ORDER BY 1`,
  );
  console.table(sizes);
  console.log(`${seconds()} s in all`);
} finally {
  await client.end();
  await postgres.stop();
}
