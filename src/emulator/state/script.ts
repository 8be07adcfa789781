import type { AnswerPlan, Step } from '../faults.js';

/** Stands for every slug that has nothing of its own. */
const anySlug = '*';

/** What tests have ordered: a queue of steps per slug, a step for all calls after it, and a standing answer. */
export class Script {
  private readonly queues = new Map<string, Step[]>();
  private readonly standing = new Map<string, Step>();
  private readonly answers = new Map<string, AnswerPlan>();

  /** Adds steps for the next calls of a slug, one each. */
  queue(slug: string, steps: readonly Step[]): void {
    const queue = this.queues.get(slug);
    if (queue) queue.push(...steps);
    else this.queues.set(slug, [...steps]);
  }

  /** Sets the step for every call that finds the queue empty. */
  always(slug: string, step: Step | null): void {
    if (step) this.standing.set(slug, step);
    else this.standing.delete(slug);
  }

  answer(slug: string, plan: AnswerPlan | null): void {
    if (plan) this.answers.set(slug, plan);
    else this.answers.delete(slug);
  }

  /** Takes the step for a call of this slug, if one was ordered; for a read (`GET /models`) only its own. */
  next(slug: string, isRead = false): Step | undefined {
    const own = this.queues.get(slug)?.shift();
    if (isRead) return own ?? this.standing.get(slug);
    const queued = own ?? this.queues.get(anySlug)?.shift();
    return queued ?? this.standing.get(slug) ?? this.standing.get(anySlug);
  }

  planFor(slug: string): AnswerPlan {
    return this.answers.get(slug) ?? this.answers.get(anySlug) ?? {};
  }

  clear(): void {
    this.queues.clear();
    this.standing.clear();
    this.answers.clear();
  }
}
