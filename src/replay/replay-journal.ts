import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import type { Skipped } from './choose-rows.js';
import type { Terms } from './replay-options.js';
import type { LoggedRow } from './logged-row.js';

/** What a replay is to do. */
export interface ReplayPlan {
  readonly terms: Terms;
  readonly skipped: Skipped;
  /** UTC, ISO 8601. */
  readonly startedAt: string;
}

/** The row of an answer, successful or not, or the reason that there is none. */
export type Outcome =
  { readonly row: LoggedRow } | { readonly failure: { readonly code: string; readonly detail: string } };

/** A row that is sent again, and its outcome. */
export interface ReplayEntry {
  readonly source: LoggedRow;
  outcome?: Outcome;
}

/** Does it have an answer, so that it need not be sent again? */
export function isAnswered({ outcome }: ReplayEntry): boolean {
  return outcome !== undefined && 'row' in outcome && outcome.row.status === 'ok';
}

type Line =
  | { readonly plan: ReplayPlan }
  | { readonly source: LoggedRow }
  | { readonly entry: number; readonly outcome: Outcome };

/**
 * The progress of a replay, one JSON line per event, in a file beside the report: no paid answer is lost, however the
 * replay ends.
 */
export class ReplayJournal {
  private constructor(
    private readonly path: string,
    readonly plan: ReplayPlan,
    readonly entries: readonly ReplayEntry[],
  ) {}

  /** Throws if a journal exists. */
  static begin(path: string, plan: ReplayPlan, rows: readonly LoggedRow[]): ReplayJournal {
    const lines: Line[] = [{ plan }, ...rows.map((source) => ({ source }))];
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    try {
      writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? unfinished(path) : error;
    }
    const entries = rows.map((source): ReplayEntry => ({ source }));
    return new ReplayJournal(path, plan, entries);
  }

  /** Throws if there is no journal to resume. */
  static resume(path: string): ReplayJournal {
    const text = textOf(path);
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    // A killed process may have left half a line; the next line must not be appended to it.
    if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
    let plan: ReplayPlan | undefined;
    const entries: ReplayEntry[] = [];
    for (const line of whole.split('\n').slice(0, -1).map(parsed)) {
      if ('plan' in line) ({ plan } = line);
      else if ('source' in line) entries.push({ source: line.source });
      else Object.assign(entries[line.entry] ?? {}, { outcome: line.outcome });
    }
    if (!plan) throw new Error(`${path} is not the journal of a replay.`);
    return new ReplayJournal(path, plan, entries);
  }

  settle(entry: ReplayEntry, outcome: Outcome): void {
    entry.outcome = outcome;
    const line: Line = { entry: this.entries.indexOf(entry), outcome };
    appendFileSync(this.path, `${JSON.stringify(line)}\n`);
  }

  /** Called when the report is complete and no prompt is left. */
  remove(): void {
    rmSync(this.path, { force: true });
  }
}

export function unfinished(path: string): Error {
  return new Error(
    `An earlier replay left ${path}: it is not finished. --resume continues it, --out NAME begins another.`,
  );
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error(`There is no unfinished replay: ${path} does not exist.`, { cause: error });
  }
}

function parsed(line: string): Line {
  return JSON.parse(line) as Line;
}
