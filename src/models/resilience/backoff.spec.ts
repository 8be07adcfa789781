import fc from 'fast-check';
import { backoffMs } from './backoff.js';

const never = () => 0;
const always = () => 1;

describe('backoffMs', () => {
  it.each([
    [1, 250, 500],
    [2, 500, 1_000],
    [3, 1_000, 2_000],
    [5, 4_000, 8_000],
    [6, 4_000, 8_000],
    [5_000, 4_000, 8_000],
  ])('waits before retry %d between %d and %d ms', (retry, least, most) => {
    expect(backoffMs(retry, undefined, never)).toBe(least);
    expect(backoffMs(retry, undefined, always)).toBe(most);
  });

  it('waits as long as the upstream asked, plus a random time (U24)', () => {
    expect(backoffMs(1, 2_000, never)).toBe(2_000);
    expect(backoffMs(1, 2_000, always)).toBe(2_250);
    expect(backoffMs(1, 0, never)).toBe(250);
    expect(backoffMs(1, 100, never)).toBe(250);
  });

  it('accepts other limits', () => {
    expect(backoffMs(2, undefined, always, { baseMs: 10, capMs: 15 })).toBe(15);
  });

  it('property: stays within its bounds and never below the wait that the upstream asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_000 }),
        fc.nat(100_000),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (retry, asked, chance) => {
          const ms = backoffMs(retry, asked, () => chance);
          expect(ms).toBeGreaterThanOrEqual(Math.max(asked, 250));
          expect(ms).toBeLessThanOrEqual(Math.max(asked, 4_000) + 4_000);
        },
      ),
    );
  });
});
