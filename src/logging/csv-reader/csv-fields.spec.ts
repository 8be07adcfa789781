import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { csvFields } from './csv-fields.js';
import { RowEnds } from './row-ends.js';

const text = fc.string({
  unit: fc.constantFrom(...Array.from('"",,\r\n \uFEFF\u0000'), 'a', 'ü', '漢', '🌧', "'", '\\'),
});
const row = fc.array(text, { minLength: 2, maxLength: 6 });
const quoted = (field: string) => `"${field.replaceAll('"', '""')}"`;
const minimal = (field: string) => (/[",\r\n]/.test(field) ? quoted(field) : field);

describe.each([
  ['always quoted', quoted],
  ['quoted where needed', minimal],
])('the fields of a row, %s', (_, write) => {
  it('are those that were written', () => {
    fc.assert(
      fc.property(row, fc.constantFrom('\r\n', '\n', ''), (fields, end) => {
        expect(csvFields(fields.map(write).join(',') + end)).toEqual(fields);
      }),
    );
  });

  it('and the ends of rows are those that another reader finds', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1 }), fc.integer({ min: 1, max: 9 }), (rows, slice) => {
        const lines = rows.map((fields) => fields.map(write).join(',') + '\r\n');
        const bytes = Buffer.from(lines.join(''));
        const [ends, scanner] = [[] as number[], new RowEnds()];
        for (let from = 0; from < bytes.length; from += slice)
          scanner.scan(bytes, from, Math.min(bytes.length, from + slice), ends);
        const found = ends.map((end, index) => bytes.toString('utf8', ends[index - 1] ?? 0, end));
        expect(found).toEqual(lines);
        const others = parse(bytes, { relax_column_count: true, record_delimiter: '\r\n' });
        expect(found.map(csvFields)).toEqual(others);
      }),
    );
  });
});
