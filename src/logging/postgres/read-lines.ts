import type { FileHandle } from 'node:fs/promises';
import { HEADER_PROBE_BYTES, headerColumns } from '../csv/log-header.js';
import { RowFields } from '../csv/row-fields.js';
import { rowsIn, rowsOfFile } from '../csv/row-scanner.js';
import type { LineFormat } from './line-format.js';

/** Lines that go to the database in one statement. */
const PIECE_LINES = 500;
const PIECE_BYTES = 4 * 1024 * 1024;

/** A line of a file, and what it says; undefined where it is no line of that file. */
export interface ReadLine<T> {
  raw: Buffer;
  value: T | undefined;
}

export interface LinePiece<T> {
  /** Valid until the next piece is asked for. */
  lines: ReadLine<T>[];
  /** Where the next piece begins in the file. */
  end: number;
}

/** The columns that the first line names, and where the second begins; undefined where they are not those of the format. */
export async function readColumns(
  file: FileHandle,
  format: Pick<LineFormat<unknown>, 'columns'>,
): Promise<{ names: string[]; bytes: number } | undefined> {
  const probe = Buffer.alloc(HEADER_PROBE_BYTES);
  const { bytesRead } = await file.read(probe, 0, probe.length, 0);
  const bytes = probe.subarray(0, bytesRead).indexOf('\n') + 1;
  const names = headerColumns(probe.toString('utf8', 0, bytes)).split(',');
  return bytes > 0 && names.every((name) => format.columns.includes(name)) ? { names, bytes } : undefined;
}

/** The lines of a file from `position` to `end`, in its order. What a crash has cut at its end is a line without a value. */
export async function* readLines<T>(
  file: FileHandle,
  format: LineFormat<T>,
  { names, position, end }: { names: readonly string[]; position: number; end: number },
): AsyncGenerator<LinePiece<T>> {
  const places = new Map(names.map((name, index) => [name, index]));
  const lineOf = (raw: Buffer): ReadLine<T> => {
    const fields = new RowFields(raw);
    const isWhole = fields.isValid && fields.count === names.length && fields.lineEnd !== '';
    const text = (column: string) => fields.text(places.get(column) ?? names.length);
    return { raw, value: isWhole ? format.parse(text) : undefined };
  };
  for await (const batch of rowsOfFile(file, { position, end })) {
    const { bytes, kind } = batch;
    let at = batch.position;
    let lines: ReadLine<T>[] = [];
    let size = 0;
    for (const raw of kind === 'rows' ? rowsIn(batch) : []) {
      lines.push(lineOf(raw));
      at += raw.length;
      size += raw.length;
      if (lines.length < PIECE_LINES && size < PIECE_BYTES) continue;
      yield { lines, end: at };
      [lines, size] = [[], 0];
    }
    if (kind !== 'rows') lines.push({ raw: bytes, value: undefined });
    if (lines.length > 0) yield { lines, end: batch.position + batch.length };
  }
}
