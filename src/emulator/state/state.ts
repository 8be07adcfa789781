import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { answerFields, readStep, type AnswerPlan, type Step } from '../faults.js';
import { flag, nullable, number, readFields, text, isObject, type Values } from '../fields.js';
import type { EmulatorOptions } from '../options.js';
import { Catalogue, modelFields, type ModelChanges } from './catalogue.js';
import { Generations } from './generations.js';
import { StatsCounter } from './stats.js';

/** What a test may say about the key, in the words of `GET /key`; `refused`: whatever wants a key answers 401. */
const keyFields = {
  label: text,
  limit: nullable(number),
  limit_remaining: nullable(number),
  limit_reset: nullable(text),
  usage: number,
  is_free_tier: flag,
  expires_at: nullable(text),
  refused: flag,
};
export type KeyChanges = Values<typeof keyFields>;

/** A request to the API. */
export interface RecordedRequest {
  readonly method: string;
  /** Path and query as they came. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Parsed JSON; the text where it is none; undefined without a body. */
  readonly body: unknown;
}

/** Stands for every slug that has nothing of its own. */
const anySlug = '*';

/** All that the emulator remembers between requests, and what tests may do to it. */
export class EmulatorState {
  readonly counter = new StatsCounter();
  readonly catalogue = new Catalogue();
  readonly generations = new Generations();
  readonly connections = new Set<Socket>();
  keyChanges: KeyChanges = {};
  private readonly queues = new Map<string, Step[]>();
  private readonly standing = new Map<string, Step>();
  private readonly plans = new Map<string, AnswerPlan>();
  private readonly recorded: RecordedRequest[] = [];

  /** @param options read anew by every request */
  constructor(public options: EmulatorOptions) {}

  /** The next calls of a slug (`*`: of any), one step each; after them it behaves as before. */
  script(slug: string, steps: readonly Step[]): void {
    this.queues.set(slug, [...(this.queues.get(slug) ?? []), ...steps]);
  }

  /** What happens to every call that finds no step in the queue; null: nothing any more. */
  always(slug: string, step: Step | null): void {
    if (step) this.standing.set(slug, step);
    else this.standing.delete(slug);
  }

  /** Dictates the answers of a slug (`*`: of all); null: made up again. */
  answer(slug: string, plan: AnswerPlan | null): void {
    if (plan) this.plans.set(slug, plan);
    else this.plans.delete(slug);
  }

  /** Adds to how a slug is listed and priced, or retires it; null: as it was. */
  model(slug: string, changes: ModelChanges | null): void {
    this.catalogue.change(slug, changes);
  }

  /** Adds to what `GET /key` says: a limit, credit used up, a key that is refused; null: as it was. */
  key(changes: KeyChanges | null): void {
    this.keyChanges = changes ? { ...this.keyChanges, ...changes } : {};
  }

  /** Any of these as plain JSON; if something is wrong, nothing of it. @throws Error with a sentence that says what */
  order(orders: unknown): void {
    if (!isObject(orders)) throw new Error('The body must be a JSON object');
    const { slug = anySlug, steps = [] } = orders;
    if (typeof slug !== 'string') throw new Error('"slug" must be a string');
    if (!Array.isArray(steps)) throw new Error('"steps" must be a list');
    const queue = steps.map(readStep);
    const always = readOptional(orders.always, readStep);
    const answer = readOptional(orders.answer, (value) => readFields('answer', value, answerFields));
    const model = readOptional(orders.model, (value) => readFields('model', value, modelFields));
    const key = readOptional(orders.key, (value) => readFields('key', value, keyFields));
    this.script(slug, queue);
    if (always !== undefined) this.always(slug, always);
    if (answer !== undefined) this.answer(slug, answer);
    if (model !== undefined) this.model(slug, model);
    if (key !== undefined) this.key(key);
  }

  /** Changes options for the requests to come. */
  configure(options: Partial<Omit<EmulatorOptions, 'port' | 'provider'>>): void {
    this.options = { ...this.options, ...options };
  }

  /** `connections`: TCP connections open now, whatever for. */
  stats() {
    return { ...this.counter.read(), connections: this.connections.size };
  }

  /** The last requests to the API, oldest first. */
  requests(): RecordedRequest[] {
    return [...this.recorded];
  }

  /** Forgets whatever was ordered, counted and kept; options stay. */
  reset(): void {
    const { queues, standing, plans, catalogue, counter, generations } = this;
    for (const part of [queues, standing, plans, catalogue, counter, generations]) part.clear();
    this.recorded.length = 0;
    this.keyChanges = {};
  }

  /** Takes the step that was ordered for a call of this slug; for a read (`GET /models`) only its own. */
  nextStep(slug: string, isRead = false): Step | undefined {
    const own = this.queues.get(slug)?.shift();
    if (isRead) return own ?? this.standing.get(slug);
    const queued = own ?? this.queues.get(anySlug)?.shift();
    return queued ?? this.standing.get(slug) ?? this.standing.get(anySlug);
  }

  planFor(slug: string): AnswerPlan {
    return this.plans.get(slug) ?? this.plans.get(anySlug) ?? {};
  }

  /** Keeps a request; of the key, only whether and how it was there (`Bearer ***`). */
  record({ method, url, headers, body }: RecordedRequest): void {
    const key = headers.authorization?.replace(/\S+$/, '***');
    const shown = key === undefined ? headers : { ...headers, authorization: key };
    this.recorded.push({ method, url, headers: shown, body });
    if (this.recorded.length > this.options.keepRequests) this.recorded.shift();
  }
}

function readOptional<T>(value: unknown, read: (value: unknown) => T): T | null | undefined {
  return value === undefined || value === null ? value : read(value);
}
