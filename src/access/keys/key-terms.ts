import { formatDollars, parseDollars } from '../../common/money.js';
import { BUDGET_WINDOWS, type Budget, type BudgetWindow } from './key.js';

/** `5/day`, `20/month` or `100`, in US dollars; undefined for anything else. */
export function parseBudget(text: string): Budget | undefined {
  const [amount = '', window = 'total', ...rest] = text.split('/');
  const limit = parseDollars(amount);
  if (limit === undefined || rest.length > 0 || !BUDGET_WINDOWS.includes(window as BudgetWindow))
    return undefined;
  return { limit, window: window as BudgetWindow };
}

export function formatBudget({ limit, window }: Budget): string {
  return window === 'total' ? formatDollars(limit) : `${formatDollars(limit)}/${window}`;
}

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `24h`, `30m`, `7d`, `90s` or `0` as milliseconds, at most a year; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const [, digits = '', unit = ''] = /^(\d{1,6})([smhd]?)$/.exec(text) ?? [];
  if (digits === '' || (unit === '' && Number(digits) !== 0)) return undefined;
  const ms = Number(digits) * (UNITS_MS[unit] ?? 0);
  return ms <= 366 * 86_400_000 ? ms : undefined;
}

/** A date such as `2027-01-01` (from its first moment on, UTC) or a moment as ISO 8601; undefined for anything else. */
export function parseMoment(text: string): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?$/.test(text)) return undefined;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
