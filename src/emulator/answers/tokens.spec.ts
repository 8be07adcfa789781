import fc from 'fast-check';
import { countTokens, splitTokens } from './tokens.js';

describe('splitTokens', () => {
  it('splits like a tokenizer: words with the space before them, signs alone, long words in parts', () => {
    expect(splitTokens('Hello, incomprehensible 12345\n')).toEqual([
      'Hello',
      ',',
      ' incompr',
      'ehensib',
      'le',
      ' 123',
      '45',
      '\n',
    ]);
  });

  it('loses nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(splitTokens(text).join('')).toBe(text);
      }),
    );
  });

  it('counts nothing as nothing', () => {
    expect(countTokens('')).toBe(0);
  });
});
