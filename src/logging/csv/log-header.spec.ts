import { HEADER_LINE } from './csv-format.js';
import { LOG_COLUMNS } from '../log-row.js';
import { classifyHeader } from './log-header.js';

const OLDER = 'timestamp,model,prompt,response,latency,prompt_tokens,response_tokens';

describe('classifyHeader', () => {
  it.each([
    ['current', 'ours', HEADER_LINE],
    ['current', 'ours with rows', HEADER_LINE + '"a"'],
    ['unfinished', 'nothing', ''],
    ['unfinished', 'a cut header', HEADER_LINE.slice(0, 20)],
    ['unfinished', 'a header without its LF', HEADER_LINE.slice(0, -1)],
    ['older', 'the older columns, CRLF', `${OLDER}\r\n"a"`],
    ['older', 'the older columns, LF', `${OLDER}\na,b`],
    ['older', 'the older columns with a BOM', `\uFEFF${OLDER}\r\n`],
    ['older', 'the older columns quoted', OLDER.replaceAll(/\w+/g, '"$&"') + '\n'],
    ['older', 'our former sixteen columns', `${LOG_COLUMNS.slice(0, 16).join(',')}\r\n"a"`],
    ['older', 'ours, saved again with a BOM', `\uFEFF${HEADER_LINE}`],
    ['older', 'ours, saved again with LF', HEADER_LINE.replace('\r', '')],
    ['foreign', 'other columns', 'a,b,c\r\n'],
    ['foreign', 'one column more', HEADER_LINE.replace('\r\n', ',more\r\n')],
    ['foreign', 'another delimiter', OLDER.replaceAll(',', ';') + '\n'],
    ['foreign', 'a row without header', '"2026-11-23","mistral"\r\n'],
    ['foreign', 'binary', '\0\x01\x02'],
  ])('%s: %s', (kind, _what, beginning) => {
    expect(classifyHeader(Buffer.from(beginning))).toBe(kind);
  });
});
