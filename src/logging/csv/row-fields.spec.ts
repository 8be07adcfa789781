import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { RowFields } from './row-fields.js';
import { RowScanner } from './row-scanner.js';

const text = fc.string({
  unit: fc.constantFrom(...Array.from('"",,\r\n \uFEFF\u0000'), 'a', 'ü', '漢', '🌧', "'", '\\'),
});
const row = fc.array(text, { minLength: 2, maxLength: 6 });
const quoted = (field: string) => `"${field.replaceAll('"', '""')}"`;
const minimal = (field: string) => (/[",\r\n]/.test(field) ? quoted(field) : field);
const fieldsOf = (line: string) => new RowFields(Buffer.from(line));

describe.each([
  ['always quoted', quoted],
  ['quoted where needed', minimal],
])('the fields of a row, %s', (_, write) => {
  it('are those that were written', () => {
    fc.assert(
      fc.property(row, fc.constantFrom('\r\n', '\n', '' as const), (texts, end) => {
        const fields = fieldsOf(texts.map(write).join(',') + end);
        expect(fields.texts()).toEqual(texts);
        expect(fields.isValid).toBe(true);
        expect(fields.lineEnd).toBe(end);
        expect(texts.map((__, index) => fields.raw(index).toString())).toEqual(texts.map(write));
      }),
    );
  });

  it('and the ends of rows are those that another reader finds', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1 }), fc.integer({ min: 1, max: 9 }), (rows, slice) => {
        const lines = rows.map((fields) => fields.map(write).join(',') + '\r\n');
        const bytes = Buffer.from(lines.join(''));
        const [ends, scanner] = [[] as number[], new RowScanner()];
        for (let from = 0; from < bytes.length; from += slice)
          ends.push(...scanner.ends(bytes.subarray(from, from + slice)).map((end) => from + end));
        const found = ends.map((end, index) => bytes.toString('utf8', ends[index - 1] ?? 0, end));
        expect(found).toEqual(lines);
        const others = parse(bytes, { relax_column_count: true, record_delimiter: '\r\n' });
        expect(found.map((line) => fieldsOf(line).texts())).toEqual(others);
      }),
    );
  });
});

describe('RowFields', () => {
  it.each(['a"b,c\n', '"a"b,c\n', 'a,"b" \n'])('detects that %j is not CSV', (line) => {
    expect(fieldsOf(line).isValid).toBe(false);
  });

  it('has empty texts for missing fields', () => {
    const fields = fieldsOf('a,"b"\r\n');
    expect([fields.count, fields.text(2), fields.raw(2).length]).toEqual([2, '', 0]);
  });
});
