import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { hostileRow, sampleRow } from '../../../test/support/log-rows.js';
import { LOG_COLUMNS, type LogRow } from '../log-row.js';
import { formatRow, HEADER_LINE } from './csv-format.js';
import { leastCpuMs } from '../../../test/support/least-cpu-ms.js';

function readBack(rows: LogRow[]): Record<string, string>[] {
  const bytes = Buffer.concat([Buffer.from(HEADER_LINE), ...rows.map(formatRow)]);
  return parse(bytes, { columns: true, record_delimiter: '\r\n', relax_quotes: false });
}

/** The text as UTF-8 can represent it. */
function asText(row: LogRow, column: keyof LogRow): string {
  const value = row[column];
  if (value === null) return '';
  return column === 'overhead' ? Number(value).toFixed(6) : Buffer.from(String(value)).toString();
}

describe('formatRow', () => {
  it('quotes texts, also empty ones, and leaves numbers bare and unknown ones empty', () => {
    const row = sampleRow({ prompt: 'say "hi", now', ttft: null });
    expect(formatRow(row).toString()).toBe(
      '"2026-11-23T17:20:47.475Z","mistral","say ""hi"", now","I am a model.",1.234,4,47,"ok","","stop",,0.0000123,' +
        '"mistralai/ministral-8b-2512",1,"01JD0000000000000000000000","","mistral","","","01JD0000000000000000000000",0.000412\r\n',
    );
  });

  it('writes the header of the contract', () => {
    expect(HEADER_LINE).toBe(
      'timestamp,model,prompt,response,latency,prompt_tokens,response_tokens,status,error,finish_reason,ttft,cost,' +
        'upstream_model,attempts,id,messages,requested_model,key,user,request_id,overhead\r\n',
    );
  });

  it('is read back verbatim by another reader, whatever the texts', () => {
    fc.assert(
      fc.property(fc.array(hostileRow, { maxLength: 5 }), (rows) => {
        const expected = rows.map((row) =>
          Object.fromEntries(LOG_COLUMNS.map((column) => [column, asText(row, column)])),
        );
        expect(readBack(rows)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['quotes', '"'],
    ['text', 'say "hi", \r\n漢😀'],
  ])('quotes 16 MiB of %s as it quotes a short text, in a fraction of a second', async (_what, piece) => {
    const long = piece.repeat((16 * 1024 * 1024) / piece.length);
    const short = formatRow(sampleRow({ response: piece, ttft: null })).toString();
    const row = sampleRow({ response: long, ttft: null });
    const enough = 1_000;
    expect(await leastCpuMs(() => formatRow(row), enough, 5)).toBeLessThan(enough);
    const bytes = formatRow(row);
    const quoted = piece.replaceAll('"', '""');
    const expected = short.replace(`,"${quoted}",`, () => `,"${quoted.repeat(long.length / piece.length)}",`);
    expect(bytes.equals(Buffer.from(expected))).toBe(true);
  });

  it('keeps NUL, and replaces what UTF-8 cannot represent by U+FFFD', () => {
    expect(readBack([sampleRow({ prompt: 'a\0b', response: 'a\uD800b' })])[0]).toMatchObject({
      prompt: 'a\0b',
      response: 'a\uFFFDb',
    });
  });

  it('does not change the row it is given', () => {
    const row = Object.freeze(sampleRow());
    formatRow(row);
    expect(row.error).toBe('');
  });
});
