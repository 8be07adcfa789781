import { setTimeout as sleep } from 'node:timers/promises';
import { expectEachOnce, LogFolder } from '../support/log-folder.js';
import { LogProcess } from '../support/log-process.js';
import { PostgresServer, query, type StopMode } from '../support/postgres-server.js';
import { until } from '../support/until.js';

/** Every run kills the database or the service, in turn. */
const KILLS = Number(process.env.POSTGRES_KILLS ?? 10);
const PRODUCERS = 16;

describe('a database or a service that is killed at any moment', () => {
  let server: PostgresServer;
  let home: LogFolder;
  const acknowledged: string[] = [];

  beforeAll(async () => {
    server = await PostgresServer.start(['fsync=off']);
    home = new LogFolder();
  });
  afterAll(async () => {
    await server.remove();
    home.remove();
  });

  const start = () => LogProcess.start({ path: home.log, databaseUrl: server.url });
  const keep = (log: LogProcess) =>
    acknowledged.push(...log.acks.filter(({ result }) => result !== 'pending').map(({ id }) => id));

  it(
    'L13 L14 loses no acknowledged row, and keeps none twice',
    async () => {
      let log = await start();
      log.load(PRODUCERS, 200);
      for (let kill = 0; kill < KILLS; kill++) {
        const before = log.acks.length;
        await log.until(() => log.acks.length > before + 50 + (kill % 7) * 20);
        if (kill % 2 === 0) {
          const mode: StopMode = kill % 4 === 0 ? 'kill' : 'immediate';
          await server.stop(mode);
          await sleep(Math.random() * 100);
          await server.start();
        } else {
          await log.kill();
          keep(log);
          log = await start();
          log.load(PRODUCERS, 200);
        }
      }
      await log.stop();
      keep(log);
      const last = await start();
      await until('the spill is shipped', async () => (await last.state()).pending === 0, 30_000);
      await last.stop();
      const ids = async (table: string) =>
        (await query<{ id: string }>(server.url, `SELECT id FROM ${table}`)).map(({ id }) => id);
      expectEachOnce(await ids('chats'), acknowledged);
      expect((await ids('chat_texts')).sort()).toEqual((await ids('chats')).sort());
      expect(acknowledged.length).toBeGreaterThan(KILLS * 50);
    },
    60_000 + KILLS * 5_000,
  );
});
