import { Turn } from '../turn.js';
import { csvFields } from './csv-fields.js';
import type { RawRow, RowReader, RowRef } from './row-reader.js';

const PROMPT = 2;
const RESPONSE = 3;

/** The beginning of the text that the bytes are searched for: a pattern's time is the product of both lengths. */
const PROBE_CHARACTERS = 16;
/** Rows from here on are looked at piece by piece, shorter ones are probed together with their neighbours. */
const LARGE_ROW_BYTES = 128 * 1024;
const PIECE_CHARACTERS = 128 * 1024;

/**
 * Finds text in prompts and answers, in any case, without a wildcard. A case-blind probe of the raw bytes tells which
 * rows to look at closely; V8 does a gigabyte of that in about a second, where DuckDB's ILIKE over the same bytes
 * needs seven (it lowers every character of every row) and its regular expressions four.
 */
export class TextSearch {
  private readonly probe: RegExp;
  private readonly wanted: string;

  /** At most 200 characters: up to there V8 finds text in linear time, however both were made up. */
  constructor(q: string) {
    const beginning = Array.from(q).slice(0, PROBE_CHARACTERS);
    this.probe = new RegExp(beginning.map((character) => anyOf(variants(character).map(asInFile))).join(''));
    this.wanted = q.toLowerCase();
  }

  /** Those of the rows that match, in their order, until as many as wanted are found. */
  async filter<Ref extends RowRef>(
    reader: RowReader,
    refs: readonly Ref[],
    wanted = Infinity,
  ): Promise<Ref[]> {
    const found: Ref[] = [];
    const turn = new Turn();
    for await (const { bytes, rows } of reader.runs(refs)) {
      if (turn.isOver) await turn.pass();
      if (bytes.length <= LARGE_ROW_BYTES && !this.mayBeIn(bytes)) continue;
      for (const row of rows()) {
        if (await this.matches(row)) found.push(row.ref);
        if (found.length >= wanted) return found;
        if (turn.isOver) await turn.pass();
      }
    }
    return found;
  }

  matches({ bytes }: Pick<RawRow, 'bytes'>): boolean | Promise<boolean> {
    if (bytes.length > LARGE_ROW_BYTES) return this.matchesLarge(bytes);
    return this.mayBeIn(bytes) && textsOf(bytes).some((text) => text.toLowerCase().includes(this.wanted));
  }

  /** Latin-1 shows each byte as one character, and costs next to nothing. */
  private mayBeIn(bytes: Buffer): boolean {
    return this.probe.test(bytes.toString('latin1'));
  }

  private async matchesLarge(bytes: Buffer): Promise<boolean> {
    const turn = new Turn();
    for (const text of textsOf(bytes)) {
      for (let from = 0; from < text.length; from += PIECE_CHARACTERS) {
        const piece = text.slice(from, from + PIECE_CHARACTERS + this.wanted.length);
        if (piece.toLowerCase().includes(this.wanted)) return true;
        if (turn.isOver) await turn.pass();
      }
    }
    return false;
  }
}

function textsOf(row: Buffer): string[] {
  const fields = csvFields(row.toString());
  return [fields[PROMPT] ?? '', fields[RESPONSE] ?? ''];
}

function variants(character: string): string[] {
  return [...new Set([character, character.toLowerCase(), character.toUpperCase()])];
}

/** A character as its bytes in the file, each as one Latin-1 character; a quote is doubled there. */
const asInFile = (text: string) => Buffer.from(text.replaceAll('"', '""')).toString('latin1');

const anyOf = (texts: string[]) => `(?:${texts.map(escaped).join('|')})`;
const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
