import fc from 'fast-check';
import { TextSearch } from './text-search.js';
import { leastCpuMs } from '../../../test/support/least-cpu-ms.js';

const quoted = (field: string) => `"${field.replaceAll('"', '""')}"`;
const rowOf = (prompt: string, response = '', model = 'm') => ({
  bytes: Buffer.from(`"t",${quoted(model)},${quoted(prompt)},${quoted(response)},1,2,3\r\n`),
});
const found = (q: string, prompt: string, response?: string, model?: string) =>
  new TextSearch(q).matches(rowOf(prompt, response, model));

describe('searching texts', () => {
  it('finds text in the prompt and in the response, and nowhere else', () => {
    expect(found('rain', 'is it raining?')).toBe(true);
    expect(found('rain', '', 'rain')).toBe(true);
    expect(found('rain', 'snow', 'sun', 'rain')).toBe(false);
    expect(found('snow","sun', 'snow', 'sun')).toBe(false);
  });

  it('does not care about case, in any script', () => {
    expect(found('zÜRICH', 'Zürich')).toBe(true);
    expect(found('привет', 'ПРИВЕТ')).toBe(true);
    expect(found('STRASSE', 'Straße')).toBe(false);
  });

  it('minor 8: compares characters after simple case folding, the final sigma included', () => {
    for (const q of ['οδοσ', 'οδος', 'ΟΔΟΣ']) expect(found(q, 'Η ΟΔΟΣ, η οδος')).toBe(true);
    for (const [q, text] of [
      ['ſ', 'S'],
      ['K', '\u212A'],
      ['ß', 'ẞ'],
      ['å', '\u212B'],
      ['μ', 'µ'],
      ['θ', 'ϴ'],
    ] as const)
      expect([q, found(q, text), found(text, q)]).toEqual([q, true, true]);
  });

  it('A26: knows no wildcards and no patterns', () => {
    expect(found('%', 'plain')).toBe(false);
    expect(found('100%_', 'now 100%_ sure')).toBe(true);
    for (const q of ['.', '.*', '[a-z]', '(a+)+$', '^', '$', '|', '\\', '-', '/', '{1}'])
      expect([q, found(q, 'plain'), found(q, `a ${q} b`)]).toEqual([q, false, true]);
  });

  it('finds whatever a text contains', () => {
    const unit = fc.constantFrom(...Array.from('aAüÜ"\',\r\n漢ß😀\\.*+%_ '));
    const text = fc.string({ unit, maxLength: 8 });
    fc.assert(
      fc.property(
        text,
        text.filter((q) => q !== ''),
        text,
        (before, q, after) => {
          expect(found(q, before + q + after)).toBe(true);
          expect(found(q.toUpperCase(), '', before + q.toUpperCase() + after)).toBe(true);
        },
      ),
    );
  });

  it('A27: takes no longer for a text made to take long', async () => {
    const unlucky = ['a'.repeat(199) + 'b', 'b' + 'a'.repeat(199), 'ab' + 'a'.repeat(198)];
    for (const [q, length] of unlucky.flatMap((text) => [
      [text, 120_000] as const,
      [text, 4_000_000] as const,
    ])) {
      const row = rowOf('a'.repeat(length) + '漢');
      const enough = length / 2_000 + 50;
      const search = (): void => {
        expect(new TextSearch(q).matches(row)).toBe(false);
      };
      expect(await leastCpuMs(search, enough)).toBeLessThan(enough);
    }
  });

  it('finds text wherever it is in a large row', () => {
    for (const before of [131_060, 131_070, 131_072, 262_143])
      expect(found('needle', 'x'.repeat(before) + 'NEEDLE' + 'y'.repeat(200_000))).toBe(true);
    expect(found('needle', 'x'.repeat(300_000))).toBe(false);
  });
});
