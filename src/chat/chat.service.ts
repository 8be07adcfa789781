import { Injectable, Logger } from '@nestjs/common';
import { Admission } from '../access/admission.service.js';
import { DrainService } from '../common/drain/drain.service.js';
import type { RequestContext } from '../common/http/request-context.js';
import { Settings } from '../config/settings.js';
import { ModelRegistry } from '../models/model-registry.service.js';
import { ModelRouter } from '../models/model-router.service.js';
import { ModelError } from '../models/model.errors.js';
import type { ChatEventBatch, ChatRequest } from '../models/model.types.js';
import { tokenLimitOf, withTokenLimit } from '../models/token-limit.js';
import { Tracing } from '../tracing/tracing.js';
import { assertPromptsWithin, type PathOfMessage } from './chat-limits.js';
import { Exchange } from './exchange.js';
import { modelMissing, unknownModel } from './model-names.js';
import type { ReplyFormat } from './reply-format.js';

export interface ChatStart {
  /** Without ids and trace context: these come from `context`. */
  readonly request: Omit<ChatRequest, 'id' | 'requestId' | 'fallback' | 'traceparent' | 'tracestate'>;
  /** `true`: any other registered model that the key may ask; otherwise names in order. */
  readonly fallback: true | readonly string[] | null | undefined;
  /** The field that held `fallback`, if it has another name. */
  readonly fallbackField?: string;
  /** Paths of request fields that were ignored. */
  readonly ignored?: readonly string[];
  readonly context: RequestContext;
  /** Does the client want the answer as a stream? */
  readonly streaming: boolean;
  readonly pathOfMessage: PathOfMessage;
  readonly format: ReplyFormat;
}

/** Starts all chats, for every API of the service. */
@Injectable()
export class ChatService {
  private readonly logger = new Logger(ChatService.name);

  constructor(
    private readonly router: ModelRouter,
    private readonly registry: ModelRegistry,
    private readonly drain: DrainService,
    private readonly admission: Admission,
    private readonly tracing: Tracing,
    private readonly settings: Settings,
  ) {}

  /**
   * Creates the exchange; no model is called until its events are read. Throws a Problem if the model is missing or not
   * registered, a limit is exceeded, the key does not permit it, or the service shuts down.
   */
  async start(start: ChatStart): Promise<Exchange> {
    const { request, context, streaming, pathOfMessage, format, ignored = [] } = start;
    const names = this.registered(start);
    assertPromptsWithin(this.settings.PROMPT_MAX_CHARS, request.messages, pathOfMessage);
    this.drain.assertOpen();
    const maxTokens = tokenLimitOf(request.options);
    const asked: ChatRequest = Object.assign(request, {
      options: withTokenLimit(request.options, this.settings.MAX_TOKENS_LIMIT),
      fallback: names,
      id: context.id,
      requestId: context.requestId,
      traceparent: context.traceparent,
      tracestate: context.tracestate,
    });
    const admitted = await this.admission.admit(asked, context);
    const { id, requestId } = context;
    if (ignored.length > 0)
      this.logger.debug({ message: 'Fields of a request were ignored', requestId, id, fields: ignored });
    const trace = this.tracing.exchange(admitted);
    const chat = trace ? { ...admitted, traceAttempt: trace.attempt } : admitted;
    const events = this.events(chat, context);
    return new Exchange({ request: chat, context, streaming, format, events, trace, maxTokens });
  }

  private events(chat: ChatRequest, context: RequestContext): AsyncIterable<ChatEventBatch> {
    this.drain.enter(context);
    const timer = setTimeout(() => {
      context.cancel(new ModelError('total_timeout'));
    }, this.settings.TOTAL_TIMEOUT_MS);
    context.onClosed(() => {
      clearTimeout(timer);
    });
    return this.router.stream(chat, context.signal);
  }

  /** Checks the requested names. Returns those that may replace `model`, in order. */
  private registered({
    request: { model },
    fallback,
    fallbackField = 'fallback',
    context,
  }: ChatStart): readonly string[] {
    const { registry } = this;
    if (!model) throw modelMissing(registry.choices);
    if (!registry.find(model)) throw unknownModel(registry.choices, 'model');
    if (fallback === true)
      return this.admission.allowed(registry.names, context).filter((name) => name !== model);
    fallback?.forEach((name, index) => {
      if (!registry.find(name)) throw unknownModel(registry.choices, `${fallbackField}[${index}]`);
    });
    return fallback ?? [];
  }
}
