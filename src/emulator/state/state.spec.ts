import type { Step } from '../faults.js';
import { defaultOptions } from '../options.js';
import { EmulatorState } from './state.js';

const status = (code: number): Step => ({ kind: 'status', status: code });

describe('EmulatorState', () => {
  it("takes a slug's queue, then everybody's, then the standing order of the slug, then everybody's", () => {
    const state = new EmulatorState(defaultOptions);
    state.always('*', status(504));
    state.always('a', status(503));
    state.script('*', [status(502)]);
    state.script('a', [status(500)]);
    state.script('a', [status(501)]);
    const steps = ['a', 'a', 'a', 'a', 'b'].map((slug) => state.nextStep(slug));
    expect(steps).toEqual([500, 501, 502, 503, 504].map(status));
    expect(state.nextStep('GET /models', true)).toBeUndefined();
    state.always('GET /models', status(505));
    expect(state.nextStep('GET /models', true)).toEqual(status(505));
    state.reset();
    expect(state.nextStep('a')).toBeUndefined();
  });

  it("prefers a slug's own answer", () => {
    const state = new EmulatorState(defaultOptions);
    state.answer('*', { text: 'any' });
    state.answer('a', { text: 'own' });
    expect([state.planFor('a'), state.planFor('b')]).toEqual([{ text: 'own' }, { text: 'any' }]);
    state.answer('*', null);
    expect(state.planFor('b')).toEqual({});
  });
});
