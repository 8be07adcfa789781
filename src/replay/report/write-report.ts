import { renameSync, writeFileSync } from 'node:fs';
import { reportCsv } from './report-csv.js';
import { reportPage, type ReportState } from './report-page.js';

export interface ReportFiles {
  readonly page: string;
  readonly table: string;
  readonly journal: string;
}

/** @param out how the paths of all of them begin */
export function reportFiles(out: string): ReportFiles {
  return { page: `${out}.html`, table: `${out}.csv`, journal: `${out}.journal.jsonl` };
}

/** Whole files only: what was there before stays until they are. They hold prompts, so they are their owner's alone. */
export function writeReport({ page, table }: ReportFiles, state: ReportState): void {
  replace(table, reportCsv(state.entries));
  replace(page, reportPage(state));
}

function replace(path: string, text: string): void {
  const unfinished = `${path}.tmp`;
  writeFileSync(unfinished, text, { mode: 0o600 });
  renameSync(unfinished, path);
}
