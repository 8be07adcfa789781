import { BUDGET_WINDOWS, type BudgetWindow } from '../keys/key.js';

/** A period over which spending is added up, such as `day 2026-11-24`, `month 2026-11` or `total`. */
export type WindowId = string;

const DAY_MS = 86_400_000;
/** Almost all requests concern the same day, except a few calls around midnight. */
let lastDay = NaN;
let lastWindows: readonly WindowId[] = [];

/**
 * The window of that kind that contains a moment, in UTC, where every day has 24 hours. It uses the wall clock, like
 * the rows, so that a window has the same rows after a restart.
 * @param at ms since 1970
 */
export function windowAt(kind: BudgetWindow, at: number): WindowId {
  return windowsAt(at)[BUDGET_WINDOWS.indexOf(kind)] ?? kind;
}

/** All windows that contain a moment, in the order of BUDGET_WINDOWS. */
export function windowsAt(at: number): readonly WindowId[] {
  const day = Math.floor(at / DAY_MS);
  if (day !== lastDay) {
    const date = new Date(at).toISOString();
    lastWindows = [`day ${date.slice(0, 10)}`, `month ${date.slice(0, 7)}`, 'total'];
    lastDay = day;
  }
  return lastWindows;
}

/** Start of the window of that kind, in ms since 1970; undefined for one without a start. */
export function windowStart(kind: BudgetWindow, at: number): number | undefined {
  if (kind === 'total') return undefined;
  return Date.parse(
    `${new Date(at).toISOString().slice(0, kind === 'day' ? 10 : 7)}${kind === 'day' ? '' : '-01'}T00:00:00Z`,
  );
}

/** When it resets, in ms since 1970; undefined if never. */
export function windowEnd(kind: BudgetWindow, at: number): number | undefined {
  const start = windowStart(kind, at);
  if (start === undefined) return undefined;
  const end = new Date(start);
  if (kind === 'day') end.setUTCDate(end.getUTCDate() + 1);
  else end.setUTCMonth(end.getUTCMonth() + 1);
  return end.getTime();
}
