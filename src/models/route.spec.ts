import { ModelError, type ModelErrorCode } from './model.errors.js';
import type { ModelAdapter } from './model.adapter.js';
import type { RegisteredModel } from './model-registry.service.js';
import { CircuitBreaker } from './resilience/circuit-breaker.js';
import { RetryBudget } from './resilience/retry-budget.js';
import { Route, type Candidate } from './route.js';

const model = { definition: { name: 'm', title: 'M', upstream: [] } } as unknown as RegisteredModel;
const candidate = (slug: string, provider = 'p'): Candidate => ({
  model,
  slug,
  upstreamModel: slug,
  adapter: { provider } as ModelAdapter,
  breaker: new CircuitBreaker(() => 0),
});
const routeOver = (candidates: Candidate[], maxAttempts = 2) =>
  new Route(candidates, {
    maxAttempts,
    budget: new RetryBudget().startCall(),
    remainingMs: () => 10_000,
    random: () => 0,
  });
const failed = (code: ModelErrorCode = 'upstream_unavailable') => new ModelError(code);
const gone = () => new ModelError('model_not_found', { slugGone: true });

function trip({ breaker }: Candidate): void {
  while (breaker.snapshot().state === 'closed') breaker.tryAcquire()?.failure();
}

describe('Route', () => {
  it('calls a slug as often as allowed with growing waits, then the next', () => {
    const route = routeOver([candidate('a'), candidate('b')]);
    const turns = [route.begin(), route.after(failed()), route.after(failed()), route.after(failed())];
    expect(turns.map((turn) => [turn?.candidate.slug, turn?.waitMs])).toEqual([
      ['a', 0],
      ['a', 250],
      ['b', 0],
      ['b', 250],
    ]);
    expect(route.after(failed())).toBeUndefined();
  });

  it('skips a slug whose breaker is open', () => {
    const [a, b, c] = [candidate('a'), candidate('b'), candidate('c')];
    trip(a);
    const route = routeOver([a, b, c], 1);
    expect(route.begin()?.candidate.slug).toBe('b');
    trip(c);
    expect(route.after(failed())).toBeUndefined();
  });

  it('calls the first slug once if every breaker is open', () => {
    const only = candidate('a');
    trip(only);
    const route = routeOver([only], 3);
    expect(route.begin()).toMatchObject({ candidate: only, permit: undefined });
    expect(route.after(failed())).toBeUndefined();
  });

  it('reports the failure of a slug that exists, not that another is gone', () => {
    const route = routeOver([candidate('a'), candidate('b')], 1);
    route.begin();
    route.after(failed('upstream_rate_limited'));
    route.after(gone());
    expect(route.failure?.code).toBe('upstream_rate_limited');
  });

  it('moves on from slugs that are gone although the budget is spent', () => {
    const budget = new RetryBudget();
    for (let i = 0; i < 3; i++) budget.startCall().mayRetry();
    const options = {
      maxAttempts: 3,
      budget: budget.startCall(),
      remainingMs: () => 10_000,
      random: () => 0,
    };
    const route = new Route([candidate('a'), candidate('b')], options);
    route.begin();
    expect(route.after(gone())?.candidate.slug).toBe('b');
    expect(route.after(failed())).toBeUndefined();
  });

  it.each(['upstream_auth', 'upstream_out_of_credit'] as const)(
    'calls another provider after %s: only the account was refused',
    (code) => {
      const route = routeOver([candidate('a'), candidate('b'), candidate('c', 'q')]);
      route.begin();
      expect(route.after(failed(code))?.candidate.slug).toBe('c');
      const alone = routeOver([candidate('a'), candidate('b')]);
      alone.begin();
      expect(alone.after(failed(code))).toBeUndefined();
    },
  );

  it('moves on to another provider although the budget is spent', () => {
    const budget = new RetryBudget();
    for (let i = 0; i < 3; i++) budget.startCall().mayRetry();
    const options = {
      maxAttempts: 1,
      budget: budget.startCall(),
      remainingMs: () => 10_000,
      random: () => 0,
    };
    const route = new Route([candidate('a'), candidate('b', 'q'), candidate('c', 'q')], options);
    route.begin();
    expect(route.after(failed())?.candidate.slug).toBe('b');
    expect(route.after(failed())).toBeUndefined();
  });

  it('has no choice if there is no candidate', () => {
    expect(routeOver([]).begin()).toBeUndefined();
  });
});
