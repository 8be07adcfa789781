import type { ModelError } from './model.errors.js';
import type { RegisteredModel } from './model-registry.service.js';
import type { Place } from './model-slugs.js';
import { backoffMs } from './resilience/backoff.js';
import type { CircuitBreaker, Permit } from './resilience/circuit-breaker.js';
import { nextStep } from './resilience/next-step.js';
import type { BudgetedCall } from './resilience/retry-budget.js';

/** One slug that may answer a chat. */
export interface Candidate extends Place {
  readonly model: RegisteredModel;
  readonly breaker: CircuitBreaker;
}

/** The slug to call, and how long to wait first. */
export interface Choice {
  readonly candidate: Candidate;
  readonly waitMs: number;
  /** Undefined if the breaker is open, but there is no other slug. */
  readonly permit: Permit | undefined;
}

export interface RouteOptions {
  /** Maximum number of attempts at one slug. */
  readonly maxAttempts: number;
  readonly budget: BudgetedCall;
  /** Time until the deadline of the whole chat, in ms. */
  readonly remainingMs: () => number;
  readonly random: () => number;
}

/** The path of one chat through the slugs that may answer it. */
export class Route {
  private index = 0;
  private attemptsAtSlug = 1;
  private reported: ModelError | undefined;

  /** `candidates` in order of preference; at least one. */
  constructor(
    private readonly candidates: readonly Candidate[],
    private readonly options: RouteOptions,
  ) {}

  /** The first slug that its breaker allows; else the first: a breaker must not prevent the only attempt. */
  begin(): Choice | undefined {
    const turn = this.from(0);
    if (turn) return turn;
    this.index = 0;
    const [candidate] = this.candidates;
    return candidate && { candidate, waitMs: 0, permit: undefined };
  }

  /** The next slug after this failure; undefined if the client must be told. */
  after(failure: ModelError): Choice | undefined {
    // A slug's own failure says more than that another slug is gone or has no price.
    if (!this.reported || !failure.slugUnused) this.reported = failure;
    const step = this.stepAfter(failure);
    if (step.kind === 'give-up') return undefined;
    const { budget } = this.options;
    const candidate = this.candidates[this.index];
    if (step.kind === 'retry') {
      this.attemptsAtSlug++;
      return candidate && budget.mayRetry()
        ? { candidate, waitMs: step.waitMs, permit: undefined }
        : undefined;
    }
    const turn = this.from(this.index + 1, this.nextOf(failure));
    // The budget protects a failing provider. Unused slugs and other providers need no protection.
    const isSpared = failure.slugUnused || turn?.candidate.adapter.provider !== candidate?.adapter.provider;
    return isSpared || budget.mayRetry() ? turn : undefined;
  }

  /** The failure to report to the client. */
  get failure(): ModelError | undefined {
    return this.reported;
  }

  private stepAfter(failure: ModelError): ReturnType<typeof nextStep> {
    const { maxAttempts, remainingMs, random } = this.options;
    const tripped = this.candidates[this.index]?.breaker.snapshot().state === 'open';
    return nextStep({
      failure,
      attempts: this.attemptsAtSlug,
      maxAttempts: tripped ? 0 : maxAttempts,
      hasNext: this.candidates.slice(this.index + 1).some(this.nextOf(failure)),
      remainingMs: remainingMs(),
      waitMs: backoffMs(this.attemptsAtSlug, failure.retryAfterMs, random),
    });
  }

  /** The candidates that may succeed after this failure. */
  private nextOf(failure: ModelError): (candidate: Candidate) => boolean {
    const provider = this.candidates[this.index]?.adapter.provider;
    return ({ adapter }) => failure.policy.fallback !== 'elsewhere' || adapter.provider !== provider;
  }

  private from(start: number, isWanted: (candidate: Candidate) => boolean = () => true): Choice | undefined {
    for (let index = start; index < this.candidates.length; index++) {
      const candidate = this.candidates[index];
      const permit = candidate && isWanted(candidate) ? candidate.breaker.tryAcquire() : undefined;
      if (!candidate || !permit) continue;
      this.index = index;
      this.attemptsAtSlug = 1;
      return { candidate, waitMs: 0, permit };
    }
    return undefined;
  }
}
