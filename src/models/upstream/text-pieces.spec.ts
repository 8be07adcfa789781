import fc from 'fast-check';
import { TextPieces } from './text-pieces.js';

function join(pieces: readonly string[]): { taken: string[]; rest: string } {
  const text = new TextPieces();
  const taken = pieces.map((piece) => text.take(piece));
  return { taken, rest: text.end() };
}

describe('TextPieces', () => {
  it.each([
    ['a pair in two pieces', ['a\ud83d', '\ude00b'], ['a', '😀b'], ''],
    ['its halves alone', ['\ud83d', '\ude00'], ['', '😀'], ''],
    ['an empty piece between them', ['\ud83d', '', '\ude00'], ['', '', '😀'], ''],
    ['two first halves', ['\ud83d', '\ud83d', 'x'], ['', '\ufffd', '\ufffdx'], ''],
    ['a second half alone', ['\ude00'], ['\ufffd'], ''],
    ['a first half that stays alone', ['a\ud83d'], ['a'], '\ufffd'],
  ])('joins %s (H11.15)', (_name, pieces, taken, rest) => {
    expect(join(pieces)).toEqual({ taken, rest });
  });

  it('property: all pieces are well-formed, and join to the well-formed whole', () => {
    const unit = fc.constantFrom('a', 'é', '😀', '\ud83d', '\ude00', '');
    fc.assert(
      fc.property(fc.array(fc.array(unit).map((units) => units.join(''))), (pieces) => {
        const { taken, rest } = join(pieces);
        expect([...taken, rest].every((text) => text.isWellFormed())).toBe(true);
        expect(taken.join('') + rest).toBe(pieces.join('').toWellFormed());
      }),
    );
  });
});
