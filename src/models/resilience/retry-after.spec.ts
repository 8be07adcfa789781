import fc from 'fast-check';
import { retryAfterMs } from './retry-after.js';

const NOW = Date.parse('Mon, 23 Nov 2026 06:00:00 GMT');
const wait = (value: unknown) => retryAfterMs({ 'retry-after': value }, NOW);

describe('retryAfterMs', () => {
  it.each([
    ['2', 2_000],
    ['0', 0],
    ['0.5', 500],
    ['1.0001', 1_001],
    [' 2 ', 2_000],
    ['99999', 99_999_000],
    ['999999999999', 999_999_999_999_000],
  ])('reads seconds: %j → %d ms', (value, ms) => {
    expect(wait(value)).toBe(ms);
  });

  it.each([
    ['Mon, 23 Nov 2026 06:00:07 GMT', 7_000],
    ['Mon, 23 Nov 2026 06:00:00 GMT', 0],
    ['Mon, 23 Nov 2026 05:59:00 GMT', 0],
    [' Tue, 24 Nov 2026 06:00:00 GMT ', 86_400_000],
  ])('reads a date: %s → %d ms from now', (value, ms) => {
    expect(wait(value)).toBe(ms);
  });

  it.each([
    '-1',
    'abc',
    '',
    ' ',
    '+1',
    '1e3',
    '0x10',
    '.5',
    '1.',
    '1 2',
    '1, 2',
    '1s',
    'Infinity',
    'NaN',
    '1234567890123',
    '1.1234567890123',
    'Mon 5',
    '2026-11-23T06:00:07Z',
    'Mon, 23 Nov 2026 06:00:07',
    'x Mon, 23 Nov 2026 06:00:07 GMT',
    'Mon, 23 Nov 2026 06:00:07 GMT x',
    'Mon, 23 Nov 2026 06:00:07 GMT+0100',
    'Mon, 23 Xyz 2026 06:00:07 GMT',
    2,
    null,
    undefined,
    ['2', '3'],
  ])('ignores %j', (value) => {
    expect(wait(value)).toBeUndefined();
    expect(retryAfterMs({ 'retry-after-ms': value }, NOW)).toBeUndefined();
  });

  it('prefers the more precise header if it is valid', () => {
    expect(retryAfterMs({ 'retry-after-ms': '1500', 'retry-after': '9' }, NOW)).toBe(1_500);
    expect(retryAfterMs({ 'retry-after-ms': '0.5', 'retry-after': '9' }, NOW)).toBe(1);
    expect(retryAfterMs({ 'retry-after-ms': '-1', 'retry-after': '9' }, NOW)).toBe(9_000);
    expect(retryAfterMs({}, NOW)).toBeUndefined();
  });

  it('property: for any input, the result is a finite time that is not negative, or none', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.double().map(String), fc.anything()),
        (value) => {
          const ms = wait(value);
          expect(ms === undefined || (Number.isFinite(ms) && ms >= 0)).toBe(true);
        },
      ),
    );
  });

  it('property: reads every date that JavaScript writes', () => {
    const dates = fc.date({ min: new Date(NOW), max: new Date('9999-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(dates, (date) => {
        expect(wait(date.toUTCString())).toBe(Math.max(0, Math.floor(date.getTime() / 1000) * 1000 - NOW));
      }),
    );
  });
});
