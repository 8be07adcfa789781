import { Injectable, Logger } from '@nestjs/common';
import { DrainService } from '../common/drain/drain.service.js';
import type { RequestContext } from '../common/http/request-context.js';
import { Problem } from '../common/problem.js';
import type { Sink } from '../common/sink.js';
import { Settings } from '../config/settings.js';
import { ModelRegistry } from '../models/model-registry.service.js';
import { ModelRouter } from '../models/model-router.service.js';
import { ModelError } from '../models/model.errors.js';
import type { ChatEventBatch, ChatRequest } from '../models/model.types.js';
import { assertWithinLimits, type PathOfMessage } from './chat-limits.js';
import { Exchange } from './exchange.js';
import { modelMissing, unknownModel } from './model-names.js';

export interface ChatStart {
  readonly request: Omit<ChatRequest, 'id'>;
  readonly context: RequestContext;
  /** Does the client want the answer as a stream? */
  readonly streaming: boolean;
  readonly pathOfMessage: PathOfMessage;
}

/** These do not pass by themselves, and every chat fails until somebody acts. */
const NEEDS_OPERATOR: ReadonlySet<string> = new Set(['upstream_auth', 'upstream_out_of_credit']);

/** Starts chats: the one way to a model, for every door of the service. */
@Injectable()
export class ChatService {
  private readonly logger = new Logger(ChatService.name);

  constructor(
    private readonly router: ModelRouter,
    private readonly registry: ModelRegistry,
    private readonly drain: DrainService,
    private readonly settings: Settings,
  ) {}

  /** Nothing is sent before the exchange is run. Throws a Problem for a model that is not registered. */
  start({ request, context, streaming, pathOfMessage }: ChatStart): Exchange {
    this.requireName(request.model);
    this.requireModel(request.model, 'model');
    request.fallback.forEach((name, index) => {
      this.requireModel(name, `fallback[${index}]`);
    });
    assertWithinLimits(request, this.settings, pathOfMessage);
    this.drain.assertOpen();
    const chat: ChatRequest = Object.assign({ id: context.id, requestId: context.requestId }, request);
    return new Exchange(chat, (sink) => this.run(chat, context, sink), context, streaming);
  }

  /** Throws a Problem if a request came without the name of a model. */
  requireName(model: string | undefined): void {
    if (model === undefined) throw modelMissing(this.registry.names);
  }

  /** The names that a client's `fallback` stands for; `true` is all registered names but `model`. */
  fallbackOf(model: string, fallback: true | readonly string[] | null | undefined): readonly string[] {
    if (fallback === true) return this.registry.names.filter((name) => name !== model);
    return fallback ?? [];
  }

  private async run(chat: ChatRequest, context: RequestContext, sink: Sink<ChatEventBatch>): Promise<void> {
    this.drain.enter(context);
    const timer = setTimeout(() => {
      context.cancel(new ModelError('total_timeout'));
    }, this.settings.TOTAL_TIMEOUT_MS);
    try {
      for await (const batch of this.router.stream(chat, context.signal)) {
        const pause = sink(batch);
        if (pause) await pause;
      }
    } catch (error) {
      this.logFailure(chat, error);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  private logFailure({ id, requestId, model }: ChatRequest, error: unknown): void {
    const code = error instanceof Problem ? error.code : 'internal_error';
    const entry = { message: 'A chat failed', requestId, id, model, code };
    if (NEEDS_OPERATOR.has(code)) this.logger.error(entry);
    else if (code === 'client_closed' || code === 'client_stalled') this.logger.debug(entry);
    else this.logger.warn(entry);
  }

  private requireModel(name: string, path: string): void {
    if (!this.registry.get(name)) throw unknownModel(this.registry.names, path);
  }
}
