import { formatBudget, parseBudget, parseDuration, parseMoment } from './key-terms.js';

it.each([
  ['5/day', { limit: 5e9, window: 'day' }],
  ['20/month', { limit: 20e9, window: 'month' }],
  ['100', { limit: 100e9, window: 'total' }],
  ['0.25/day', { limit: 25e7, window: 'day' }],
])('reads the budget %p, and writes it', (text, budget) => {
  expect(parseBudget(text)).toEqual(budget);
  expect(formatBudget(parseBudget(text)!)).toBe(text);
});

it.each(['', '5/week', '-5', '5/day/day', 'five', '5 / day', 'NaN'])('has no budget for %p', (text) => {
  expect(parseBudget(text)).toBeUndefined();
});

it.each([
  ['24h', 86_400_000],
  ['0', 0],
  ['90s', 90_000],
  ['7d', 604_800_000],
  ['5', undefined],
  ['-1h', undefined],
  ['999d', undefined],
  ['1w', undefined],
])('reads %p as a duration of %p ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

it.each([
  ['2027-01-01', '2027-01-01T00:00:00.000Z'],
  ['2027-01-01T02:00:00+02:00', '2027-01-01T00:00:00.000Z'],
  ['tomorrow', undefined],
  ['2027-13-01', undefined],
  ['2027', undefined],
])('reads the moment %p as %p', (text, moment) => {
  expect(parseMoment(text)).toBe(moment);
});
