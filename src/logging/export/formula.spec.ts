import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { LOG_COLUMNS } from '../log-row.js';
import { RECORD_COLUMNS, recordOf } from '../log-record.js';
import { spreadsheetRow } from './encode-records.js';
import { neutralised } from './formula.js';
import { leastCpuMs } from '../../../test/support/least-cpu-ms.js';

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

  it('A27: takes no longer for a malicious text', async () => {
    const neutralise = (): void => {
      for (const unit of [' ', '\n', '"', ',', ', ', ';        ', '\t ']) neutralised(unit.repeat(50_000));
    };
    expect(await leastCpuMs(neutralise, 200)).toBeLessThan(200);
  });
});

describe('A22: a row for a spreadsheet', () => {
  const record = (fields: Partial<Record<(typeof LOG_COLUMNS)[number], string>>, amended = {}) =>
    recordOf((column) => fields[column] ?? '', amended);

  it('is read by another reader as the neutralised texts; numbers are numbers', () => {
    const row = record(
      {
        timestamp: '=t',
        model: '=m',
        prompt: 'a"b',
        response: '\r\n',
        latency: '1.5',
        prompt_tokens: '=2+3',
      },
      { score: '-1', comment: '+x' },
    );
    const [cells] = parse(spreadsheetRow(row)) as unknown as [string[]];
    const at = (name: (typeof RECORD_COLUMNS)[number]) => cells[RECORD_COLUMNS.indexOf(name)];
    expect(cells).toHaveLength(RECORD_COLUMNS.length);
    expect([at('timestamp'), at('model'), at('prompt'), at('response')]).toEqual([
      "'=t",
      "'=m",
      'a"b',
      "'\r\n",
    ]);
    expect([at('latency'), at('prompt_tokens'), at('score'), at('comment')]).toEqual([
      '1.5',
      '',
      '-1',
      "'+x",
    ]);
  });
});
