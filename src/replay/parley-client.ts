import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { ModelDto, ModelListDto } from '../models/dto/model.dto.js';
import type { Message } from '../models/model.types.js';
import type { LoggedRow } from './logged-row.js';
import { failureIn, failureOf, ServiceFailure, unreachable } from './service-failure.js';

const ID_PREFIX = /^chatcmpl-/;

export interface LoggedPage {
  readonly data: readonly LoggedRow[];
  readonly next_cursor: string | null;
}

/** One conversation for one model, in OpenAI's format. */
export interface PromptAgain {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly max_tokens?: number;
}

/** Client for the public routes of a running Parley. All methods throw ServiceFailure, or the reason of `signal`. */
export class ParleyClient {
  private readonly base: URL;

  constructor(
    url: string,
    private readonly key: string | undefined,
    private readonly signal: AbortSignal,
  ) {
    this.base = new URL(url.endsWith('/') ? url : `${url}/`);
  }

  async models(): Promise<ModelDto[]> {
    return (await this.list<ModelListDto>('models')).data;
  }

  async page(query: Readonly<Record<string, string>>): Promise<LoggedPage> {
    return this.list<LoggedPage>(`logs?${new URLSearchParams(query).toString()}`);
  }

  async row(id: string): Promise<LoggedRow> {
    return (await this.get(`logs/${encodeURIComponent(id)}`)) as LoggedRow;
  }

  /**
   * Resolves once the answer has ended, successful or not, and is logged. Uses a stream, so that no proxy or client
   * gives up a long answer because of silence.
   * @returns id of its row
   */
  async ask(question: PromptAgain, requestId: string): Promise<string> {
    const response = await this.send('v1/chat/completions', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Request-Id': requestId },
      body: JSON.stringify({ ...question, stream: true }),
    });
    let id: string | undefined;
    let failure: ServiceFailure | undefined;
    try {
      for await (const data of eventsOf(response)) {
        if (data === '[DONE]') break;
        const piece = JSON.parse(data) as { id?: unknown; error?: unknown };
        if (typeof piece.id === 'string') id ??= piece.id;
        if (piece.error !== undefined) failure = failureIn(data, response.status);
      }
    } catch (error) {
      this.signal.throwIfAborted();
      failure = unreachable(this.base.origin, error);
    }
    // An answer that began has a row, which has its result: asking again might mean paying twice.
    if (id !== undefined) return id.replace(ID_PREFIX, '');
    throw failure ?? unreachable(this.base.origin, new Error('it ended without an answer'));
  }

  private async list<T extends { data: unknown }>(path: string): Promise<T> {
    const body = (await this.get(path)) as T | null;
    if (!Array.isArray(body?.data)) throw notParley();
    return body;
  }

  private async get(path: string): Promise<unknown> {
    const response = await this.send(path, {});
    try {
      return await response.json();
    } catch (error) {
      this.signal.throwIfAborted();
      throw error instanceof SyntaxError ? notParley() : unreachable(this.base.origin, error);
    }
  }

  private async send(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.key !== undefined) headers.set('Authorization', `Bearer ${this.key}`);
    // Redirects are not followed: prompts are sent only to the given address.
    const request = { ...init, headers, signal: this.signal, redirect: 'manual' as const };
    const response = await fetch(new URL(path, this.base), request).catch((error: unknown) => {
      this.signal.throwIfAborted();
      throw unreachable(this.base.origin, error);
    });
    if (!response.ok) throw await failureOf(response);
    return response;
  }
}

async function* eventsOf({ body }: Response): AsyncGenerator<string> {
  if (!body) return;
  const events = body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  for await (const { data } of events) yield data;
}

function notParley(): ServiceFailure {
  return new ServiceFailure(200, 'not_parley', 'The server at this address is not Parley.');
}
