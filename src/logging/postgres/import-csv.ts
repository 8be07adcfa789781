import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { StampedAmendment } from '../amendment.js';
import { findLogFiles } from '../index/log-files.js';
import type { LogRow } from '../log-row.js';
import { AMENDMENT_LINES, type LineFormat, ROW_LINES } from './line-format.js';
import type { LogDatabase } from './log-database.js';
import { readColumns, readLines } from './read-lines.js';
import { MADE_UP } from './read-records.js';

const ID_CHARACTERS = 22;

/** Brings the files of a CSV log into the database. What is there already stays, so it may be run again. */
export class CsvImport {
  /** How often each line without an id came. */
  private readonly seen = new Map<string, number>();

  /** @param say told of each file, in lines for a person */
  constructor(
    private readonly database: Pick<LogDatabase, 'insert' | 'amend'>,
    private readonly say: (line: string) => void,
  ) {}

  /** @returns true if every line of every file could be read */
  async run(path: string): Promise<boolean> {
    let isComplete = true;
    for (const file of await findLogFiles(path)) {
      const handle = await open(file.path);
      try {
        isComplete = (await this.file(file.path, handle, file.size)) && isComplete;
      } finally {
        await handle.close();
      }
    }
    return isComplete;
  }

  private async file(path: string, handle: FileHandle, end: number): Promise<boolean> {
    const { database } = this;
    const rows = await readColumns(handle, ROW_LINES);
    if (rows)
      return this.lines(path, handle, { ...rows, end, format: ROW_LINES }, (lines) =>
        database.insert(lines.map((line) => this.withId(line))),
      );
    const amendments = await readColumns(handle, AMENDMENT_LINES);
    if (amendments)
      return this.lines<StampedAmendment>(
        path,
        handle,
        { ...amendments, end, format: AMENDMENT_LINES },
        (lines) => database.amend(lines.map(({ value }) => value)),
      );
    this.say(`${path}: is no log, and was left out`);
    return false;
  }

  private async lines<T>(
    path: string,
    handle: FileHandle,
    { names, bytes, end, format }: { names: string[]; bytes: number; end: number; format: LineFormat<T> },
    keep: (lines: { raw: Buffer; value: T }[]) => Promise<void>,
  ): Promise<boolean> {
    let [kept, unreadable] = [0, 0];
    for await (const { lines } of readLines(handle, format, { names, position: bytes, end })) {
      const whole = lines.flatMap(({ raw, value }) => (value === undefined ? [] : [{ raw, value }]));
      if (whole.length > 0) await keep(whole);
      kept += whole.length;
      unreadable += lines.length - whole.length;
    }
    this.say(
      `${path}: ${kept} lines${unreadable > 0 ? `, ${unreadable} that cannot be read were left out` : ''}`,
    );
    return unreadable === 0;
  }

  /** Rows of older logs have none; the same line gets the same one again. */
  private withId({ raw, value }: { raw: Buffer; value: LogRow }): LogRow {
    if (value.id !== '') return value;
    const hash = createHash('sha256').update(raw).digest('base64url').slice(0, ID_CHARACTERS);
    const count = this.seen.get(hash) ?? 0;
    this.seen.set(hash, count + 1);
    return { ...value, id: `${MADE_UP}${hash}${count === 0 ? '' : `.${count}`}` };
  }
}
