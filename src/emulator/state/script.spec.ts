import type { Step } from '../faults.js';
import { Script } from './script.js';

const status = (code: number): Step => ({ kind: 'status', status: code });

describe('Script', () => {
  it("takes a slug's queue, then everybody's, then the standing order of the slug, then everybody's", () => {
    const script = new Script();
    script.always('*', status(504));
    script.always('a', status(503));
    script.queue('*', [status(502)]);
    script.queue('a', [status(500)]);
    script.queue('a', [status(501)]);
    const steps = ['a', 'a', 'a', 'a', 'b'].map((slug) => script.next(slug));
    expect(steps).toEqual([500, 501, 502, 503, 504].map(status));
    expect(script.next('GET /models', true)).toBeUndefined();
    script.always('GET /models', status(505));
    expect(script.next('GET /models', true)).toEqual(status(505));
    script.clear();
    expect(script.next('a')).toBeUndefined();
  });

  it("prefers a slug's own answer", () => {
    const script = new Script();
    script.answer('*', { text: 'any' });
    script.answer('a', { text: 'own' });
    expect([script.planFor('a'), script.planFor('b')]).toEqual([{ text: 'own' }, { text: 'any' }]);
    script.answer('*', null);
    expect(script.planFor('b')).toEqual({});
  });
});
