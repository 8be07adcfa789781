import { Injectable, Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { Subject } from 'rxjs';
import { Settings } from '../config/settings.js';
import { type Attempt, attemptOf, beginning, call, optionsFor } from './attempt.js';
import { ModelError } from './model.errors.js';
import { ModelRegistry } from './model-registry.service.js';
import { isContent, type ChatEventBatch, type ChatRequest } from './model.types.js';
import type { Permit } from './resilience/circuit-breaker.js';
import { RetryBudget } from './resilience/retry-budget.js';
import { Route, type Candidate } from './route.js';
import { SlugBreakers } from './slug-breakers.service.js';
import { withCost } from './stated-price.js';

/** The result of one call of a slug. */
export interface AttemptEnd {
  readonly slug: string;
  /** The provider that was called. */
  readonly provider: string;
  /** `ok`, `cancelled` (the answer was no longer wanted), or an error code. */
  readonly outcome: string;
}

/**
 * Chooses the slug that answers: slugs in order of preference, retries and fallback, all in one loop. After content has
 * been passed on there is no further attempt, because it cannot be taken back.
 */
@Injectable()
export class ModelRouter {
  /** Emits each call of a slug when it has ended. */
  readonly attempts$ = new Subject<AttemptEnd>();
  private readonly budget = new RetryBudget();
  private readonly logger = new Logger(ModelRouter.name);

  constructor(
    private readonly registry: ModelRegistry,
    private readonly breakers: SlugBreakers,
    private readonly settings: Settings,
  ) {}

  /**
   * Yields an `attempt` before each call of a slug, then the answer. Throws a ModelError, the reason of `signal`, or
   * the error of `request.beforeAttempt`.
   */
  async *stream(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatEventBatch, void, undefined> {
    const budget = this.budget.startCall();
    const deadline = performance.now() + this.settings.TOTAL_TIMEOUT_MS;
    const route = new Route(this.candidates(request), {
      maxAttempts: this.settings.RETRY_MAX_ATTEMPTS,
      budget,
      remainingMs: () => deadline - performance.now(),
      random: Math.random,
    });
    try {
      let number = 0;
      for (let turn = route.begin(); turn;) {
        if (turn.waitMs > 0) await wait(turn.waitMs, signal);
        const attempt = attemptOf(turn, number + 1);
        const { permit } = attempt;
        try {
          try {
            const { slug, model } = turn.candidate;
            if (request.beforeAttempt) await request.beforeAttempt(slug, model.definition.name);
            number++;
            attempt.outcome = 'cancelled';
            attempt.trace = request.traceAttempt?.(turn.candidate.slug, number);
            const options = optionsFor(request, attempt);
            yield [beginning(attempt, options)];
            for await (const batch of call(request, options, attempt, signal)) {
              // The slug works, so calls that wait for a probe may go on at once. A later failure still counts.
              if (!attempt.begun && batch.some(isContent)) {
                attempt.begun = true;
                permit?.success();
              }
              yield model.price ? withCost(batch, model.price) : batch;
            }
            attempt.outcome = 'ok';
            return;
          } catch (error) {
            turn = route.after(this.failureOf(request, attempt, error, signal));
          }
        } finally {
          permit?.release();
          const { outcome } = attempt;
          if (outcome !== undefined) {
            attempt.trace?.end(outcome);
            const { slug, adapter } = attempt.candidate;
            this.attempts$.next({ slug, provider: adapter.provider, outcome });
          }
        }
      }
    } finally {
      budget.end();
    }
    throw route.failure ?? new ModelError('upstream_unavailable');
  }

  /** Returns a failure from before the answer began; throws a later one. */
  private failureOf(request: ChatRequest, attempt: Attempt, error: unknown, signal: AbortSignal): ModelError {
    if (!(error instanceof ModelError) || error === signal.reason) {
      if (attempt.outcome && !signal.aborted) attempt.outcome = 'internal_error';
      throw error;
    }
    // No slug was called.
    if (!attempt.outcome) return error;
    attempt.outcome = error.code;
    const { model, slug } = attempt.candidate;
    report(error, attempt.permit);
    this.log(request, attempt, error);
    if (error.slugGone) model.slugs.setAside(slug);
    if (attempt.begun) throw error;
    return error;
  }

  /** Logs what operators need and clients must not see; of the content, only what the upstream quotes. */
  private log({ id, requestId }: ChatRequest, { candidate, number }: Attempt, error: ModelError): void {
    const entry = {
      message: error.slugGone
        ? 'The upstream no longer serves a model; set aside for an hour'
        : 'A model call failed',
      requestId: requestId ?? id,
      id,
      upstreamModel: candidate.slug,
      attempt: number,
      code: error.code,
      upstreamStatus: error.upstreamStatus,
      upstreamCode: error.upstreamCode,
      reason: error.reason ?? systemCode(error.cause),
    };
    // No action is needed for a slug that is gone while another one answers.
    if (error.slugGone) this.logger.log(entry);
    else this.logger.warn(entry);
  }

  private candidates({ model, fallback }: ChatRequest): Candidate[] {
    const candidates: Candidate[] = [];
    for (const name of new Set([model, ...fallback])) {
      const registered = this.registry.find(name);
      if (!registered) continue;
      for (const { slug, upstreamModel, adapter } of registered.slugs.usable())
        candidates.push({
          slug,
          upstreamModel,
          adapter,
          model: registered,
          breaker: this.breakers.of(slug),
        });
    }
    return candidates;
  }
}

function report(error: ModelError, permit: Permit | undefined): void {
  const { breaker } = error.policy;
  if (breaker === 'failure') permit?.failure();
  else if (breaker === 'cooldown') permit?.rest(error.retryAfterMs);
}

/** `ECONNREFUSED` and similar codes. */
function systemCode(cause: unknown): unknown {
  return typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
}

/** Rejects with the reason of `signal` as soon as it aborts: no attempt is made for a client that has left. */
async function wait(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    throw signal.reason;
  }
}
