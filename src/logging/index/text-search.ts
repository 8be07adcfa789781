import { RowFields } from '../csv/row-fields.js';
import { Turn } from '../turn.js';
import { COLUMN_PLACES } from '../log-row.js';
import type { RawRow, RowReader, RowRef } from './row-reader.js';

const TEXTS = [COLUMN_PLACES.prompt, COLUMN_PLACES.response];

/** The beginning of the text that the bytes are searched for: a pattern's time is the product of both lengths. */
const PROBE_CHARACTERS = 16;
/** Rows from here on are not probed: what they hold is looked at once, not twice. */
const LARGE_ROW_BYTES = 128 * 1024;
const LAST_CASED = 0x1e943;

/**
 * Finds text in prompts and answers, without a wildcard, in any case: two characters are the same if Unicode's simple
 * case folding makes them the same (`σ`, `ς` and `Σ`; `ß` and `ẞ`, but not `ss`). A probe of the raw bytes tells which
 * rows to look at closely; V8 does a gigabyte of that in about a second, where DuckDB's ILIKE needs seven.
 */
export class TextSearch {
  private readonly probe: RegExp;
  private readonly wanted: RegExp;

  /** At most 200 characters: up to there V8 finds text in linear time, however both were made up. */
  constructor(q: string) {
    const beginning = Array.from(q).slice(0, PROBE_CHARACTERS);
    this.probe = new RegExp(beginning.map((character) => anyOf(variants(character).map(asInFile))).join(''));
    this.wanted = new RegExp(q.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'iu');
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
        if (this.matches(row)) found.push(row.ref);
        if (found.length >= wanted) return found;
        if (turn.isOver) await turn.pass();
      }
    }
    return found;
  }

  matches({ bytes }: Pick<RawRow, 'bytes'>): boolean {
    if (bytes.length <= LARGE_ROW_BYTES && !this.mayBeIn(bytes)) return false;
    const fields = new RowFields(bytes);
    return TEXTS.some((index) => this.wanted.test(fields.text(index)));
  }

  /** Latin-1 shows each byte as one character, and costs next to nothing. */
  private mayBeIn(bytes: Buffer): boolean {
    return this.probe.test(bytes.toString('latin1'));
  }
}

let sameInAnyCase: Map<string, string[]> | undefined;

/** All characters that a character may stand as; perhaps too many, since the probe only has to miss none. */
function variants(character: string): string[] {
  sameInAnyCase ??= groupsOfCase();
  return sameInAnyCase.get(folded(character)) ?? [character];
}

/** Made at the first search, in some 30 ms. */
function groupsOfCase(): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (let code = 0; code <= LAST_CASED; code++) {
    const character = String.fromCodePoint(code);
    const key = folded(character);
    if (key === character && character.toUpperCase() === character) continue;
    groups.set(key, [...(groups.get(key) ?? [key]), character]);
  }
  return groups;
}

function folded(character: string): string {
  return single(single(character, 'toUpperCase'), 'toLowerCase');
}

function single(character: string, change: 'toUpperCase' | 'toLowerCase'): string {
  const changed = character[change]();
  return Array.from(changed).length === 1 ? changed : character;
}

/** A character as its bytes in the file, each as one Latin-1 character; a quote is doubled there. */
const asInFile = (text: string) => Buffer.from(text.replaceAll('"', '""')).toString('latin1');

/** Single bytes in one class, which V8 tests faster than alternatives. */
function anyOf(texts: string[]): string {
  const single = texts.filter((text) => text.length === 1).map(escaped);
  const longer = texts.filter((text) => text.length > 1).map(escaped);
  return `(?:${[`[${single.join('')}]`, ...longer].slice(single.length === 0 ? 1 : 0).join('|')})`;
}

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
