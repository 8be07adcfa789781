import { BUDGET_WINDOWS, type BudgetWindow } from '../keys/key.js';

/** A stretch of time in which spending counts together, such as `day 2026-11-24`, `month 2026-11` or `total`. */
export type WindowId = string;

/**
 * The window of that kind in which a moment lies, in UTC: no place has a day of 23 hours there. Told by wall clock, as
 * rows are, so that a window has the same rows after a restart.
 * @param at ms since 1970
 */
export function windowAt(kind: BudgetWindow, at: number): WindowId {
  if (kind === 'total') return kind;
  return `${kind} ${new Date(at).toISOString().slice(0, kind === 'day' ? 10 : 7)}`;
}

/** All the windows that a moment lies in. */
export function windowsAt(at: number): readonly WindowId[] {
  return BUDGET_WINDOWS.map((kind) => windowAt(kind, at));
}

/** When the window of that kind began, in ms since 1970; undefined for one that never did. */
export function windowStart(kind: BudgetWindow, at: number): number | undefined {
  if (kind === 'total') return undefined;
  return Date.parse(
    `${new Date(at).toISOString().slice(0, kind === 'day' ? 10 : 7)}${kind === 'day' ? '' : '-01'}T00:00:00Z`,
  );
}

/** When it starts anew, in ms since 1970; undefined for one that never does. */
export function windowEnd(kind: BudgetWindow, at: number): number | undefined {
  const start = windowStart(kind, at);
  if (start === undefined) return undefined;
  const end = new Date(start);
  if (kind === 'day') end.setUTCDate(end.getUTCDate() + 1);
  else end.setUTCMonth(end.getUTCMonth() + 1);
  return end.getTime();
}
