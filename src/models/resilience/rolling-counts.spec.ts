import fc from 'fast-check';
import { RollingCounts } from './rolling-counts.js';

describe('RollingCounts', () => {
  it('adds up what is within the window', () => {
    const counts = new RollingCounts(100);
    counts.add(1, 0, 5);
    counts.add(1, 1, 5);
    counts.add(1, 1, 95);
    expect(counts.total(99)).toEqual({ calls: 3, failures: 2 });
    expect(counts.total(100)).toEqual({ calls: 1, failures: 1 });
    expect(counts.total(190)).toEqual({ calls: 0, failures: 0 });
  });

  it('does not mix a slot with the one a round before it', () => {
    const counts = new RollingCounts(100);
    counts.add(1, 1, 5);
    counts.add(1, 0, 105);
    expect(counts.total(105)).toEqual({ calls: 1, failures: 0 });
  });

  it('starts over after clear', () => {
    const counts = new RollingCounts(100);
    counts.add(1, 1, 5);
    counts.clear();
    expect(counts.total(5)).toEqual({ calls: 0, failures: 0 });
  });

  it('property: counts all of the last nine tenths of the window, and nothing older than it', () => {
    const times = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(times, (unsorted) => {
        const sorted = unsorted.sort((a, b) => a - b);
        const now = sorted.at(-1)!;
        const counts = new RollingCounts(100);
        for (const time of sorted) counts.add(1, time % 2, time);
        const { calls, failures } = counts.total(now);
        const since = (age: number) => sorted.filter((time) => now - time < age);
        expect(calls).toBeGreaterThanOrEqual(since(90).length);
        expect(calls).toBeLessThanOrEqual(since(100).length);
        expect(failures).toBeGreaterThanOrEqual(since(90).filter((time) => time % 2 === 1).length);
        expect(failures).toBeLessThanOrEqual(calls);
      }),
    );
  });
});
