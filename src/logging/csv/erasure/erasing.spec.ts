import fc from 'fast-check';
import { hostileRow, sampleRow } from '../../../../test/support/log-rows.js';
import type { Selection } from '../../selection.js';
import { formatRow } from '../csv-format.js';
import { TextErasing } from './erasing.js';

const NOW = Date.parse('2027-01-01T00:00:00.000Z');

describe('an erased row', () => {
  const erased = (row: Buffer, selection: Selection) => new TextErasing(selection).row(row);

  it('loses only its texts, if it has that id', () => {
    fc.assert(
      fc.property(hostileRow, (row) => {
        const before = formatRow({ ...row, id: 'ID' });
        const after = formatRow({ ...row, id: 'ID', prompt: '', response: '', messages: '' });
        const erasing = new TextErasing({ ids: ['other', 'ID'] });
        expect(erasing.row(before)).toEqual(after);
        expect(erasing.ids).toEqual(new Set(['ID']));
        expect(erased(before, { ids: ['other'] })).toBe(before);
      }),
    );
  });

  it('keeps the error code, and does not change when it is erased again', () => {
    const once = erased(formatRow(sampleRow({ error: 'upstream_timeout' })), { before: Infinity });
    expect(once.toString()).toContain(',"upstream_timeout",');
    const again = new TextErasing({ before: Infinity });
    expect(again.row(once)).toBe(once);
    expect(again.ids.size).toBe(1);
  });

  it('is selected by time', () => {
    const row = formatRow(sampleRow({ timestamp: '2026-01-01T00:00:00.000Z' }));
    expect(erased(row, { before: Date.parse('2026-01-01T00:00:00.000Z') })).toBe(row);
    expect(erased(row, { before: Date.parse('2026-01-01T00:00:00.001Z') })).not.toBe(row);
  });

  it('may have the older seven columns', () => {
    const row = Buffer.from('2024-05-01 12:00:00.123456,mistral,hello,"a, b",1.5,1,2\n');
    expect(erased(row, { before: NOW }).toString()).toBe(
      '2024-05-01 12:00:00.123456,mistral,"","",1.5,1,2\n',
    );
    expect(erased(row, { ids: ['x'] })).toBe(row);
    expect(erased(row, { ids: [''] })).toBe(row);
  });
});

describe('a row that a crash had cut', () => {
  const whole = formatRow(sampleRow({ id: 'ID' }));
  const withoutId = whole.subarray(0, whole.indexOf('"ID"') + 2);
  const takes = (fragment: Buffer, selection: Selection) =>
    new TextErasing(selection).takesFragment(fragment);

  it('is removed if its id was cut off', () => {
    expect(takes(withoutId, { ids: ['other'] })).toBe(true);
  });

  it("stays where it has another's id", () => {
    const withId = whole.subarray(0, -3);
    expect(takes(withId, { ids: ['other'] })).toBe(false);
    expect(takes(withId, { ids: ['ID'] })).toBe(true);
  });

  it('is removed if it is from that time', () => {
    expect(takes(withoutId, { before: NOW })).toBe(true);
    expect(takes(withoutId, { before: 0 })).toBe(false);
  });
});
