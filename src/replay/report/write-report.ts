import { renameSync, writeFileSync } from 'node:fs';
import { reportCsv } from './report-csv.js';
import { reportPage, type ReportState } from './report-page.js';

export interface ReportFiles {
  readonly page: string;
  readonly table: string;
  readonly journal: string;
}

/** @param out prefix of all paths */
export function reportFiles(out: string): ReportFiles {
  return { page: `${out}.html`, table: `${out}.csv`, journal: `${out}.journal.jsonl` };
}

/** Replaces files only when they are complete. They contain prompts, so only their owner can read them. */
export function writeReport({ page, table }: ReportFiles, state: ReportState): void {
  replace(table, reportCsv(state.entries));
  replace(page, reportPage(state));
}

function replace(path: string, text: string): void {
  const unfinished = `${path}.tmp`;
  writeFileSync(unfinished, text, { mode: 0o600 });
  renameSync(unfinished, path);
}
