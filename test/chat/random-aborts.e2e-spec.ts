import { readdirSync } from 'node:fs';
import { request, type ClientRequest } from 'node:http';
import { json, type Json } from '../support/json.js';
import { readRows } from '../support/read-rows.js';
import { ServiceChild } from '../support/service-child.js';
import { until } from '../support/until.js';

/** How many clients leave. `ABORTS=480 npx jest --config test/jest.config.js test/chat/random-aborts` for as many as issue 11 asks. */
const ABORTS = Number(process.env.ABORTS ?? 96);
const AT_ONCE = 12;
const ADMIN = 'admin-canary-0123456789-0123456789';
const LLAMA = 'meta-llama/llama-3.1-8b-instruct';
const ANSWER = { pieces: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'], completionTokens: 8 };

const said = (text: string) => [{ role: 'user', content: text }];
/** What is asked at each door. */
const DOORS: Record<string, (text: string) => Json> = {
  '/chat': (prompt) => ({ prompt }),
  '/v1/chat/completions': (text) => ({ messages: said(text) }),
  '/v1/responses': (input) => ({ input }),
  '/v1/completions': (prompt) => ({ prompt }),
  '/v1/messages': (text) => ({ max_tokens: 99, messages: said(text) }),
  '/v1/embeddings': (input) => ({ input }),
};
const CALLS = Object.keys(DOORS).flatMap((door) =>
  (door === '/v1/embeddings' ? [false] : [false, true]).map((stream) => ({ door, stream })),
);

type Leave = (call: ClientRequest) => unknown;
const after =
  (most: number): Leave =>
  (call) =>
    setTimeout(() => call.destroy(), Math.random() * most);
/** When clients leave. */
const MOMENTS: Record<string, Leave> = {
  'at once': after(2),
  'before the first token': after(15),
  'at any time': after(60),
  'with the headers': (call) => call.once('response', () => call.destroy()),
  'in the middle': (call) => {
    let pieces = Math.ceil(Math.random() * 6);
    call.once('response', (reply) => reply.on('data', () => --pieces === 0 && call.destroy()));
  },
  'after the last byte': (call) =>
    call.once('response', (reply) => reply.resume().once('end', () => call.destroy())),
};

interface Left {
  id: string;
  /** Of the reply; undefined where none was seen. */
  status: number | undefined;
}

describe('Clients that leave at random moments', () => {
  let service: ServiceChild;
  let key: unknown;

  beforeAll(async () => {
    // What an aborted call cost is asked for, so the upstream must be asked beside chats.
    service = await ServiceChild.start({ env: { ADMIN_KEY: ADMIN, CATALOGUE_REFRESH_MS: '600000' } });
    service.emulator.configure({ firstTokenMs: 10, chunkMs: 4, generationMisses: 0 });
    service.emulator.answer(LLAMA, ANSWER);
    const terms = { name: 'alice', concurrency: 2 * AT_ONCE, budget: '1000/day', tpm: 1_000_000_000 };
    ({ key } = await json(await ask('/keys', ADMIN, terms)));
  });

  afterAll(() => service.dispose());

  const ask = (path: string, secret: unknown, body?: Json): Promise<Response> =>
    fetch(service.url + path, {
      method: body ? 'POST' : 'GET',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${String(secret)}` },
      ...(body && { body: JSON.stringify(body) }),
    });
  /** But for connections to the upstream, which are kept for the chats to come. */
  const handles = (): number =>
    readdirSync(`/proc/${service.child.pid}/fd`).length - service.emulator.stats().connections;
  const use = async (): Promise<Json> => (await json(await ask('/keys/me', key))).usage as Json;
  const rows = () => readRows(service.logPath);

  function leave(number: number): Promise<Left> {
    const { door, stream } = CALLS[number % CALLS.length]!;
    const moment = Object.values(MOMENTS)[number % Object.keys(MOMENTS).length]!;
    const id = `abort-${number}`;
    const call = request(service.url + door, {
      method: 'POST',
      agent: false,
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${String(key)}`,
        'x-request-id': id,
      },
    });
    let status: number | undefined;
    call.on('error', () => undefined);
    call.once('response', (reply) => {
      status = reply.statusCode;
      reply.on('error', () => undefined);
    });
    moment(call);
    call.end(JSON.stringify({ model: 'llama', ...DOORS[door]!(id), ...(stream && { stream }) }));
    return new Promise((resolve) =>
      call.once('close', () => {
        resolve({ id, status });
      }),
    );
  }

  it(
    `C1 C2 C4 I1 I5: each of ${ABORTS} has its row, and nothing of it is left`,
    async () => {
      for (const { door } of CALLS)
        expect((await ask(door, key, { model: 'llama', ...DOORS[door]!('warm up') })).status).toBe(200);
      const [warm, before] = [(await rows()).length, handles()];
      const left: Left[] = [];
      let next = 0;
      const client = async (): Promise<void> => {
        while (next < ABORTS) left.push(await leave(next++));
      };
      await Promise.all(Array.from({ length: AT_ONCE }, client));
      const { emulator } = service;
      await until('the upstream is left alone', () => emulator.stats().total.open === 0);
      await until('no place is taken', async () => (await use()).parallel === 0);
      // A call whose bill is still to come keeps its money.
      await until('no money is held', async () => ((await use()).budget as Json).held === 0, 60_000);
      const written = (await rows()).slice(warm);
      const ids = written.map(({ request_id }) => request_id);
      expect(new Set(ids).size).toBe(ids.length);
      // Who is not in the log left before his request was read: he saw no answer, and no model was asked for him.
      const absent = left.filter(({ id }) => !ids.includes(id));
      expect(absent.filter(({ status }) => status !== undefined)).toEqual([]);
      const attempts = written.reduce((sum, row) => sum + Number(row.attempts), 0);
      const asked = emulator.stats().total.requests - warm;
      expect(asked).toBeLessThanOrEqual(attempts);
      expect(absent.length).toBeLessThan(ABORTS / 4);
      expect(written.filter(({ status = '' }) => !['ok', 'client_closed'].includes(status))).toEqual([]);
      expect((await ask('/chat', key, { model: 'llama', prompt: 'Still there?' })).status).toBe(200);
      await until('handles are as before', () => handles() <= before + 2, 15_000);
      const count = (status: string) => written.filter((row) => row.status === status).length;
      process.stdout.write(
        `${ABORTS} aborts: ${count('client_closed')} rows client_closed, ${count('ok')} ok, ${absent.length} before they were read; ` +
          `${asked} calls upstream, ${emulator.stats().total.cancelled} of them ended early; handles ${before} before, ${handles()} after\n`,
      );
    },
    60_000 + ABORTS * 500,
  );
});
