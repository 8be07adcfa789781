import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { sampleRow } from '../../../test/support/log-rows.js';
import { formatRow, HEADER_LINE } from './csv-format.js';
import { ROWS } from './log-header.js';
import { openLog } from './open-log.js';

const OLDER_HEADER = 'timestamp,model,prompt,response,latency,prompt_tokens,response_tokens';
const HEADER = Buffer.from(HEADER_LINE);
let folder: string;
let log: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-open-'));
  log = join(folder, 'chat_logs.csv');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Opens the log as at a start, appends a row, and returns the lines that an operator would read. */
async function openAndAppend(row: Buffer): Promise<string[]> {
  const notices: string[] = [];
  const file = await openLog(log, ROWS, (line) => notices.push(line));
  await file.append(row);
  await file.close();
  return notices;
}

function others(): string[] {
  return readdirSync(folder).filter((name) => name !== basename(log));
}

const row = formatRow(sampleRow({ prompt: '"\r\n,é' }));

describe('openLog', () => {
  it('creates a private file with its header', async () => {
    expect(await openAndAppend(row)).toEqual([]);
    expect(readFileSync(log)).toEqual(Buffer.concat([HEADER, row]));
    expect(statSync(log).mode & 0o777).toBe(0o600);
  });

  it('L5 repairs the file at every cut point of its last three rows', async () => {
    const rows = [row, formatRow(sampleRow({ prompt: '\r\n"\r\n' })), row];
    const whole = Buffer.concat([HEADER, ...rows]);
    const ends = rows.map(
      (
        (sum) => (part) =>
          (sum += part.length)
      )(HEADER.length),
    );
    for (let cut = HEADER.length; cut <= whole.length; cut += 3) {
      writeFileSync(log, whole.subarray(0, cut), { mode: 0o600 });
      const kept = [HEADER.length, ...ends].findLast((end) => end <= cut)!;
      const notices = await openAndAppend(row);
      expect(readFileSync(log)).toEqual(Buffer.concat([whole.subarray(0, kept), row]));
      const torn = Buffer.concat(others().map((name) => readFileSync(join(folder, name))));
      expect(torn).toEqual(whole.subarray(kept, cut));
      expect(notices).toHaveLength(kept === cut ? 0 : 1);
      for (const name of others()) rmSync(join(folder, name));
      rmSync(log);
    }
  });

  it.each([
    ['with CRLF', `${OLDER_HEADER}\r\na,b,c,d,1,2,3\r\n`],
    ['with LF', `${OLDER_HEADER}\na,b,c,d,1,2,3\n`],
    ['with a BOM', `\uFEFF${OLDER_HEADER}\r\n"a","b","c\n","d",1,2,3\r\n`],
    ['of ours saved again with LF', HEADER_LINE.replace('\r', '') + 'a\n'],
  ])('L6 keeps an older log %s beside a new one', async (_how, content) => {
    writeFileSync(log, content);
    const notices = await openAndAppend(row);
    expect(readFileSync(log)).toEqual(Buffer.concat([HEADER, row]));
    expect(others()).toEqual([expect.stringMatching(/^chat_logs\.\d{8}T\d{9}Z\.csv$/)]);
    expect(readFileSync(join(folder, others()[0]!), 'utf8')).toBe(content);
    expect(statSync(join(folder, others()[0]!)).mode & 0o777).toBe(0o600);
    expect(notices).toEqual([expect.stringContaining('older version')]);
  });

  it.each(['', HEADER_LINE.slice(0, 50), OLDER_HEADER])(
    'L6 writes the header to a file that contains only %j',
    async (content) => {
      writeFileSync(log, content, { mode: 0o600 });
      await openAndAppend(row);
      expect(readFileSync(log)).toEqual(Buffer.concat([HEADER, row]));
      expect(others()).toEqual([]);
    },
  );

  it('L6 refuses a file that is neither, naming path and both headers', async () => {
    writeFileSync(log, 'a,b\r\n1,2\r\n');
    const failure = openLog(log, ROWS, () => undefined);
    await expect(failure).rejects.toThrow(log);
    await expect(failure).rejects.toThrow(HEADER_LINE.trim());
    await expect(failure).rejects.toThrow(OLDER_HEADER);
    await expect(failure).rejects.toMatchObject({ reason: expect.not.stringContaining('/') as string });
    expect(readFileSync(log, 'utf8')).toBe('a,b\r\n1,2\r\n');
  });

  it('makes a readable file private, and reports it', async () => {
    writeFileSync(log, HEADER_LINE);
    chmodSync(log, 0o644);
    expect(await openAndAppend(row)).toEqual([expect.stringContaining('0600')]);
    expect(statSync(log).mode & 0o777).toBe(0o600);
  });
});
