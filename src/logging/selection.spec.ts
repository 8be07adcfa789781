import { instantOf } from './selection.js';

describe('instantOf', () => {
  it.each([
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
    ['2026-01-31T12:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00+02:00', '2026-01-31T10:00:00.000Z'],
    ['2024-05-01 12:00:00.123456', '2024-05-01T12:00:00.123Z'],
  ])('%s', (text, instant) => {
    expect(new Date(instantOf(text)).toISOString()).toBe(instant);
  });

  it('is NaN for what is no time', () => {
    expect(instantOf('yesterday')).toBeNaN();
    expect(instantOf('')).toBeNaN();
  });
});
