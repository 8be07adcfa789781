import fc from 'fast-check';
import { hostileRow, sampleRow } from '../../../../test/support/log-rows.js';
import { formatRow } from '../csv-format.js';
import { eraseRow, erasesFragment } from './erase-row.js';

const NOW = Date.parse('2027-01-01T00:00:00.000Z');

describe('eraseRow', () => {
  it('empties the texts of the row with that id and nothing else', () => {
    fc.assert(
      fc.property(hostileRow, (row) => {
        const before = formatRow({ ...row, id: 'ID' });
        const after = formatRow({ ...row, id: 'ID', prompt: '', response: '', messages: '' });
        expect(eraseRow(before, { ids: ['other', 'ID'] })).toEqual(after);
        expect(eraseRow(before, { ids: ['other'] })).toBeUndefined();
      }),
    );
  });

  it('keeps the code of a failure, and gives back an erased row as it is', () => {
    const once = eraseRow(formatRow(sampleRow({ error: 'upstream_timeout' })), { before: Infinity })!;
    expect(once.toString()).toContain(',"upstream_timeout",');
    expect(eraseRow(once, { before: Infinity })).toBe(once);
  });

  it('selects by time', () => {
    const row = formatRow(sampleRow({ timestamp: '2026-01-01T00:00:00.000Z' }));
    expect(eraseRow(row, { before: Date.parse('2026-01-01T00:00:00.000Z') })).toBeUndefined();
    expect(eraseRow(row, { before: Date.parse('2026-01-01T00:00:00.001Z') })).toBeDefined();
  });

  it('empties rows with the older seven columns', () => {
    const row = Buffer.from('2024-05-01 12:00:00.123456,mistral,hello,"a, b",1.5,1,2\n');
    expect(eraseRow(row, { before: NOW })?.toString()).toBe(
      '2024-05-01 12:00:00.123456,mistral,"","",1.5,1,2\n',
    );
    expect(eraseRow(row, { ids: ['x'] })).toBeUndefined();
    expect(eraseRow(row, { ids: [''] })).toBeUndefined();
  });
});

describe('erasesFragment', () => {
  const whole = formatRow(sampleRow({ id: 'ID' }));
  const withoutId = whole.subarray(0, whole.indexOf('"ID"') + 2);

  it('takes a cut row along whose id was cut off', () => {
    expect(erasesFragment(withoutId, { ids: ['other'] })).toBe(true);
  });

  it("leaves a cut row that has another's id", () => {
    const withId = whole.subarray(0, -3);
    expect(erasesFragment(withId, { ids: ['other'] })).toBe(false);
    expect(erasesFragment(withId, { ids: ['ID'] })).toBe(true);
  });

  it('takes a cut row of that time', () => {
    expect(erasesFragment(withoutId, { before: NOW })).toBe(true);
    expect(erasesFragment(withoutId, { before: 0 })).toBe(false);
  });
});
