import fc from 'fast-check';
import { jsonPieces, pageJsonPieces } from './json-pieces.js';

const record = fc.dictionary(
  fc.string(),
  fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.constant(null)),
);

describe('JSON in pieces', () => {
  it('is the JSON of the whole', () => {
    fc.assert(
      fc.property(record, (value) => {
        expect([...jsonPieces(value)].join('')).toBe(JSON.stringify(value));
      }),
    );
  });

  it('cuts a large text, but no character of it', () => {
    for (const shift of ['', 'x']) {
      const value = { before: 1, text: shift + '🌧"\n'.repeat(200_000), after: null };
      const all = [...jsonPieces(value)];
      expect(all.join('')).toBe(JSON.stringify(value));
      expect(Math.max(...all.map(({ length }) => length))).toBeLessThan(600_000);
    }
  });

  it('makes a page', () => {
    const page = (rows: object[], next: string | null) =>
      JSON.parse([...pageJsonPieces(rows, next)].join('')) as unknown;
    expect(page([], null)).toEqual({ data: [], next_cursor: null });
    expect(page([{ a: 1 }, { a: '"' }], 'x')).toEqual({ data: [{ a: 1 }, { a: '"' }], next_cursor: 'x' });
  });
});
