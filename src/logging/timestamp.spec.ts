import { inUtc, microsecondsOf } from './timestamp.js';

describe('a timestamp of the log', () => {
  it.each([
    ['2026-11-23T17:20:47.475Z', '2026-11-23T17:20:47.475Z'],
    ['2024-05-01 12:00:00', '2024-05-01T12:00:00.000Z'],
    ['2024-05-01 12:00:00.123456', '2024-05-01T12:00:00.123456Z'],
    ['2024-05-01T12:00:00+02:00', '2024-05-01T10:00:00.000Z'],
    ['2024-05-01 12:00:00+02', '2024-05-01T10:00:00.000Z'],
    ['2024-05-01', '2024-05-01T00:00:00.000Z'],
    ['yesterday', 'yesterday'],
    ['2024-13-01', '2024-13-01'],
    ['', ''],
  ])('%j is %j in UTC', (text, expected) => {
    expect(inUtc(text)).toBe(expected);
  });

  it('is undefined if it is not valid', () => {
    expect(microsecondsOf('nonsense')).toBeUndefined();
    expect(microsecondsOf('1970-01-01T00:00:00.000001Z')).toBe(1);
  });
});
