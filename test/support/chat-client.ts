import type { CsvRow } from './read-rows.js';
import { ModelRegistry } from '../../src/models/model-registry.service.js';
import { SlugBreakers } from '../../src/models/slug-breakers.service.js';
import { expectInvariants, type SeenReply } from './invariants.js';
import { TestApp, type TestAppOptions } from './test-app.js';

export const LLAMA = 'meta-llama/llama-3.1-8b-instruct';
export const [GONE_MISTRAL, MISTRAL, NEMO] = [
  'mistralai/mistral-7b-instruct',
  'mistralai/ministral-8b-2512',
  'mistralai/mistral-nemo',
];

/** Short clocks and few retries, so that a fault is known soon. */
export const HASTY = {
  CONNECT_TIMEOUT_MS: '2000',
  FIRST_TOKEN_TIMEOUT_MS: '400',
  IDLE_TIMEOUT_MS: '400',
  TOTAL_TIMEOUT_MS: '8000',
  RETRY_MAX_ATTEMPTS: '2',
};

/** Codes of a request that was accepted, tried, and failed. */
const TRIED =
  /^(upstream_|total_timeout|response_too_large|content_rejected|context_length|model_not_found|interrupted|internal)/;

export interface Reply extends SeenReply {
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** Asks the service under test, and remembers what it was told, so that the invariants can be checked. */
export class ChatClient {
  readonly replies: Reply[] = [];
  leavers = 0;

  constructor(readonly service: TestApp) {}

  static async start(options: TestAppOptions = {}): Promise<ChatClient> {
    const service = await TestApp.start({ ...options, env: { ...HASTY, ...options.env } });
    return new ChatClient(service);
  }

  /** POST /chat; `body` is laid over a prompt for llama, or sent as it is where it is a string. */
  async ask(body: object | string = {}, init: RequestInit = {}): Promise<Reply> {
    const sent = typeof body === 'string' ? body : { model: 'llama', prompt: 'Say something.', ...body };
    return this.note(await this.service.post('/chat', sent, init));
  }

  async get(path: string, init?: RequestInit): Promise<Reply> {
    return this.note(await this.service.get(path, init));
  }

  /** Sends a chat and leaves as soon as `when` resolves; there is no reply. */
  async askAndLeave(when: () => Promise<void>, body: object = {}): Promise<void> {
    const abort = new AbortController();
    const asked = this.service
      .post('/chat', { model: 'llama', prompt: 'Say something.', ...body }, { signal: abort.signal })
      .catch(() => undefined);
    this.leavers++;
    await when();
    abort.abort();
    await asked;
  }

  /** Of the row of this reply, what matters in most tests. */
  async rowOf({ id }: SeenReply): Promise<CsvRow> {
    const row = (await this.service.rows()).find((each) => each.id === id);
    if (!row) throw new Error(`There is no row ${id}`);
    return row;
  }

  /** After each test: the invariants hold, and the next test finds an upstream in good health. */
  async settle(): Promise<void> {
    await expectInvariants(this.service, this.replies, this.leavers);
    this.service.emulator.reset();
    this.forgetFailures();
  }

  /** Breakers and lists of slugs remember what earlier tests did. */
  forgetFailures(): void {
    const { breakers } = this.service.app.get<unknown>(SlugBreakers) as { breakers: Map<string, unknown> };
    breakers.clear();
    for (const { slugs } of this.service.app.get(ModelRegistry).all)
      (slugs as unknown as { setAsideUntil: Map<string, number> }).setAsideUntil.clear();
  }

  private async note(response: Response): Promise<Reply> {
    const { status, headers } = response;
    const raw = await response.text();
    const json = headers.get('content-type')?.includes('json') === true;
    const body = (json ? JSON.parse(raw) : {}) as Record<string, unknown>;
    const reply: Reply = {
      status,
      headers,
      body,
      text: JSON.stringify([...headers]) + raw,
      id: typeof body.id === 'string' ? body.id : (headers.get('x-request-id') ?? ''),
      accepted: 'upstream_model' in body || TRIED.test(String(body.code)),
    };
    this.replies.push(reply);
    return reply;
  }
}
