import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { spreadsheetRow } from './export-bytes.js';
import { neutralised } from './formula.js';

const DANGEROUS = Array.from('=+-@＝＋－＠');
const hostile = fc.string({
  unit: fc.constantFrom(...DANGEROUS, ...Array.from(' \t\r\n;,|"\''), 'a', '1'),
  maxLength: 30,
});

describe('A22: a text for a spreadsheet', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t'=1"],
    ['\r\n=1', "'\r\n'=1"],
    ['  =1', "'  =1"],
    ['"=1', `'"'=1`],
    ["'=1", "''=1"],
    ['＝1', "'＝1"],
    ['a;=cmd', "a;'=cmd"],
    ['a, -2', "a, '-2"],
    ['- one\n- two', "'- one\n'- two"],
    ['\nplain', "'\nplain"],
  ])('%j becomes %j', (text, expected) => {
    expect(neutralised(text)).toBe(expected);
  });

  it.each(['plain', 'a = b', 'a-b', '1+1', 'user@example.org', '', 'x "y" z'])('%j stays', (text) => {
    expect(neutralised(text)).toBe(text);
  });

  it('starts no cell with a formula, whichever separator is believed in and whether quotes are or not', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const cells = neutralised(text).split(/[;,|"\t\r\n]/);
        for (const cell of cells) expect(DANGEROUS).not.toContain(cell.charAt(0));
        expect(neutralised(text).trimStart()).not.toMatch(/^[=+\-@＝＋－＠\t\r\n]/);
      }),
    );
  });

  it('loses nothing: without the apostrophes it is the text again', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(neutralised(text).replaceAll("'", '')).toBe(text.replaceAll("'", ''));
      }),
    );
  });

  it('A27: takes no longer for a text made to take long', () => {
    const start = performance.now();
    for (const unit of [' ', '\n', '"', ',', ', ', ';        ', '\t ']) neutralised(unit.repeat(50_000));
    expect(performance.now() - start).toBeLessThan(200);
  });
});

describe('A22: a row for a spreadsheet', () => {
  it('is read by another reader as the neutralised texts; numbers are numbers, and nothing else is', () => {
    const fields = [
      '2026',
      '=m',
      'a"b',
      '\r\n',
      '1.5',
      '=2+3',
      '',
      'ok',
      '',
      '',
      '-1',
      '1e3',
      '',
      '1',
      '+x',
      '',
    ];
    const [cells] = parse(spreadsheetRow(fields)) as unknown as [string[]];
    expect(cells).toEqual([
      '2026',
      "'=m",
      'a"b',
      "'\r\n",
      '1.5',
      "'=2+3",
      '',
      'ok',
      '',
      '',
      '-1',
      '1e3',
      '',
      '1',
      "'+x",
      '',
    ]);
    expect(spreadsheetRow(fields)).toContain(',1.5,"\'=2+3",,');
  });

  it('gives a row of an older file the fields that it lacks', () => {
    const [cells] = parse(spreadsheetRow(['t', 'm', 'p', 'r', '1', '2', '3'])) as unknown as [string[]];
    expect(cells).toHaveLength(16);
  });
});
