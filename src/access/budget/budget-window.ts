import { BUDGET_WINDOWS, type BudgetWindow } from '../keys/key.js';

/** A stretch of time in which spending counts together, such as `day 2026-11-24`, `month 2026-11` or `total`. */
export type WindowId = string;

const DAY_MS = 86_400_000;
/** All that is asked is about the same day, but for a few calls around midnight. */
let lastDay = NaN;
let lastWindows: readonly WindowId[] = [];

/**
 * The window of that kind in which a moment lies, in UTC: no place has a day of 23 hours there. Told by wall clock, as
 * rows are, so that a window has the same rows after a restart.
 * @param at ms since 1970
 */
export function windowAt(kind: BudgetWindow, at: number): WindowId {
  return windowsAt(at)[BUDGET_WINDOWS.indexOf(kind)] ?? kind;
}

/** All the windows that a moment lies in, in the order of BUDGET_WINDOWS. */
export function windowsAt(at: number): readonly WindowId[] {
  const day = Math.floor(at / DAY_MS);
  if (day !== lastDay) {
    const date = new Date(at).toISOString();
    lastWindows = [`day ${date.slice(0, 10)}`, `month ${date.slice(0, 7)}`, 'total'];
    lastDay = day;
  }
  return lastWindows;
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
