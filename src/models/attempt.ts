import type { AttemptTrace, ChatEvent, ChatEventBatch, ChatRequest, ModelOptions } from './model.types.js';
import type { Permit } from './resilience/circuit-breaker.js';
import type { Candidate, Choice } from './route.js';
import { tokenLimitOf, withTokenLimit } from './token-limit.js';

/** One call of one slug. */
export interface Attempt {
  readonly candidate: Candidate;
  readonly permit: Permit | undefined;
  /** Counted from 1, over all slugs and models of the chat. */
  readonly number: number;
  /** True once part of its answer was passed on. */
  begun: boolean;
  /** Undefined until the call is made. */
  outcome?: string;
  trace?: AttemptTrace | undefined;
}

export function attemptOf({ candidate, permit }: Choice, number: number): Attempt {
  return { candidate, permit: permit ?? candidate.breaker.tryAcquire(), number, begun: false };
}

/** The options with the token limit reduced to the slug's maximum. */
export function optionsFor(
  { options }: ChatRequest,
  { candidate: { adapter, upstreamModel } }: Attempt,
): ModelOptions {
  return withTokenLimit(options, adapter.maxOutput(upstreamModel) ?? Infinity);
}

export function beginning({ candidate, number }: Attempt, options: ModelOptions): ChatEvent {
  const { model, slug } = candidate;
  return {
    type: 'attempt',
    model: model.definition.name,
    upstreamModel: slug,
    attempt: number,
    maxTokens: tokenLimitOf(options),
  };
}

export function call(
  request: ChatRequest,
  options: ModelOptions,
  { candidate: { adapter, upstreamModel }, trace }: Attempt,
  signal: AbortSignal,
): AsyncIterable<ChatEventBatch> {
  const { id, messages, openRouterOptions, atListedPrice } = request;
  const { traceparent, tracestate } = trace ?? request;
  const call = {
    id,
    upstreamModel,
    messages,
    options,
    openRouterOptions,
    atListedPrice,
    traceparent,
    tracestate,
  };
  return request.operation === 'embeddings' ? adapter.embed(call, signal) : adapter.stream(call, signal);
}
