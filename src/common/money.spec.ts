import fc from 'fast-check';
import { costOf, formatDollars, parseDollars, parsePrice, priceOf, toDollars } from './money.js';

describe('money', () => {
  it.each([
    ['0.00000015', 150_000],
    ['1.5e-7', 150_000],
    ['1.5E-07', 150_000],
    ['0', 0],
    ['0.0', 0],
    ['0.000000029', 29_000],
    ['0.0000000125', 12_500],
    // Finer than a pico-dollar: rounded up.
    ['0.0000000000001', 1],
    [' 2e-8 ', 20_000],
  ])('B6 reads the price %p', (text, pico) => {
    expect(parsePrice(text)).toBe(pico);
  });

  it.each(['-1', '', ' ', 'NaN', 'Infinity', 'free', '0x10', '1,5', '1e400', '.5', null, undefined, 0.5, {}])(
    'B6 refuses the price %p',
    (text) => {
      expect(parsePrice(text)).toBeUndefined();
    },
  );

  it.each([
    [0, 0],
    [0.0000123, 12_300],
    [1e-10, 0],
    [10_000, 10 ** 13],
  ])('B7 accepts a cost of %p', (usd, nano) => {
    expect(costOf(usd)).toBe(nano);
  });

  it.each(['0.1', NaN, -1, 1e9, undefined, null, Infinity])('B7 rejects a cost of %p', (usd) => {
    expect(costOf(usd)).toBeUndefined();
  });

  it('rounds a price up, and refuses amounts that are not exact', () => {
    expect(priceOf(3, 150_000)).toBe(450);
    expect(priceOf(1, 1)).toBe(1);
    expect(priceOf(1e9, 1e12)).toBe(Infinity);
  });

  it('writes what it reads, to the last digit', () => {
    expect(formatDollars(0)).toBe('0');
    expect(formatDollars(1)).toBe('0.000000001');
    expect(formatDollars(20_500_000_000)).toBe('20.5');
    fc.assert(
      fc.property(fc.maxSafeNat(), (nano) => {
        expect(parseDollars(formatDollars(nano))).toBe(nano);
        expect(Number(formatDollars(nano))).toBeCloseTo(toDollars(nano), 6);
      }),
    );
  });
});
