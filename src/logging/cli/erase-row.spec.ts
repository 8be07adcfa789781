import fc from 'fast-check';
import { hostileRow, sampleRow } from '../../../test/support/log-rows.js';
import { formatRow } from '../csv/csv-format.js';
import { eraseRow, erasesFragment, instantOf } from './erase-row.js';

const AT = '2027-01-01T00:00:00.000Z';

describe('eraseRow', () => {
  it('blanks the texts of the row with that id and nothing else', () => {
    fc.assert(
      fc.property(hostileRow, (row) => {
        const before = formatRow({ ...row, id: 'ID', error: '' });
        const after = formatRow({
          ...row,
          id: 'ID',
          prompt: '',
          response: '',
          messages: '',
          error: `erased_at=${AT}`,
        });
        expect(eraseRow(before, { ids: ['other', 'ID'] }, AT)).toEqual(after);
        expect(eraseRow(before, { ids: ['other'] }, AT)).toBeUndefined();
      }),
    );
  });

  it('keeps the code of a failure, and does not mark twice', () => {
    const once = eraseRow(formatRow(sampleRow({ error: 'upstream_timeout' })), { before: Infinity }, AT);
    expect(once?.toString()).toContain(`"upstream_timeout;erased_at=${AT}"`);
    expect(eraseRow(once!, { before: Infinity }, '2028')).toEqual(once);
  });

  it('selects by time', () => {
    const row = formatRow(sampleRow({ timestamp: '2026-01-01T00:00:00.000Z' }));
    expect(eraseRow(row, { before: Date.parse('2026-01-01T00:00:00.000Z') }, AT)).toBeUndefined();
    expect(eraseRow(row, { before: Date.parse('2026-01-01T00:00:00.001Z') }, AT)).toBeDefined();
  });

  it('blanks rows with the older seven columns', () => {
    const row = Buffer.from('2024-05-01 12:00:00.123456,mistral,hello,"a, b",1.5,1,2\n');
    expect(eraseRow(row, { before: Date.parse(AT) }, AT)?.toString()).toBe(
      '2024-05-01 12:00:00.123456,mistral,"","",1.5,1,2\n',
    );
    expect(eraseRow(row, { ids: ['x'] }, AT)).toBeUndefined();
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
    expect(erasesFragment(withoutId, { before: Date.parse(AT) })).toBe(true);
    expect(erasesFragment(withoutId, { before: 0 })).toBe(false);
  });
});

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
