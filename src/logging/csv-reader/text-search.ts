import { csvFields } from './csv-fields.js';
import type { RawRow, RowReader, RowRef } from './row-reader.js';

const PROMPT = 2;
const RESPONSE = 3;

/**
 * Finds text in prompts and answers, in any case, without a wildcard. A case-blind search over the raw bytes tells
 * which rows to look at closely; V8 does a gigabyte of that in about a second, where DuckDB's ILIKE over the same
 * bytes needs seven (utf8proc lowers every character of every row) and its regular expressions four.
 */
export class TextSearch {
  private readonly inBytes: RegExp;
  private readonly inText: RegExp;

  constructor(q: string) {
    const characters = Array.from(q);
    this.inText = new RegExp(characters.map((character) => anyOf(variants(character))).join(''));
    this.inBytes = new RegExp(
      characters.map((character) => anyOf(variants(character).map(asInFile))).join(''),
    );
  }

  matches({ bytes }: Pick<RawRow, 'bytes'>): boolean {
    // Latin-1 shows each byte as one character, and costs next to nothing.
    if (!this.inBytes.test(bytes.toString('latin1'))) return false;
    const fields = csvFields(bytes.toString());
    return this.inText.test(fields[PROMPT] ?? '') || this.inText.test(fields[RESPONSE] ?? '');
  }

  /** Those of the rows that match, in their order, until as many as wanted are found. */
  async filter<Ref extends RowRef>(
    reader: RowReader,
    refs: readonly Ref[],
    wanted = Infinity,
  ): Promise<Ref[]> {
    const found: Ref[] = [];
    for await (const row of reader.rows(refs)) {
      if (this.matches(row)) found.push(row.ref);
      if (found.length >= wanted) break;
    }
    return found;
  }
}

function variants(character: string): string[] {
  return [...new Set([character, character.toLowerCase(), character.toUpperCase()])];
}

/** A character as its bytes in the file, each as one Latin-1 character; a quote is doubled there. */
const asInFile = (text: string) => Buffer.from(text.replaceAll('"', '""')).toString('latin1');

const anyOf = (texts: string[]) => `(?:${texts.map(escaped).join('|')})`;
const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
