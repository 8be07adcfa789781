import { sampleRow } from '../../../test/support/log-rows.js';
import { formatRow } from './csv-format.js';
import { RowFields } from './row-fields.js';
import { formatBoundedRow } from './row-limit.js';
import { ROW_MAX_BYTES } from './row-scanner.js';

const MIB = 1024 * 1024;

describe('formatBoundedRow', () => {
  it('does not change a row that can be read back', () => {
    const row = sampleRow({ response: 'ü"'.repeat(MIB) });
    expect(formatBoundedRow(row).equals(formatRow(row))).toBe(true);
  });

  it.each([
    ['quotes, which double', { response: '"'.repeat(33 * MIB) }],
    ['what an upstream can make of 15 MB of control characters', { messages: '\\u0001'.repeat(15 * MIB) }],
    ['wide characters', { prompt: '漢'.repeat(15 * MIB), response: '😀'.repeat(8 * MIB) }],
    ['a finish reason', { finish_reason: 'x'.repeat(70 * MIB) }],
  ])('H4 H5: truncates %s, with a mark', (_what, texts) => {
    const bytes = formatBoundedRow(sampleRow(texts));
    expect(bytes.length).toBeLessThanOrEqual(ROW_MAX_BYTES);
    const fields = new RowFields(bytes);
    expect([fields.isValid, fields.count, fields.text(14)]).toEqual([true, 21, sampleRow().id]);
    expect(bytes.includes('[…cut by Parley: ')).toBe(true);
    expect(bytes.includes('\uFFFD')).toBe(false);
  });
});
