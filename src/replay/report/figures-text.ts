/** Figures as text, always with their unit; a dash if unknown. */
const NONE = '–';

const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export function shownCount(value: number | null | undefined): string {
  return value == null ? NONE : grouped.format(value);
}

/** @param value seconds */
export function shownSeconds(value: number | null | undefined): string {
  if (value == null) return NONE;
  if (Math.abs(value) < 1) return `${Math.round(value * 1000)} ms`;
  if (Math.abs(value) < 120) return `${value.toFixed(Math.abs(value) < 10 ? 2 : 1)} s`;
  return `${Math.round(value / 60)} min`;
}

/** @param value US dollars; shown with two significant digits, because an answer costs fractions of a cent */
export function shownCost(value: number | null | undefined): string {
  if (value == null) return NONE;
  if (value === 0) return '$0';
  const sign = value < 0 ? '-' : '';
  const size = Math.abs(value);
  const digits = size >= 0.1 ? 2 : Math.min(12, 1 - Math.floor(Math.log10(size)));
  return `${sign}$${size.toFixed(digits)}`;
}

type Shown = (value: number | null | undefined) => string;

/** `+0.2 s (+20 %)`: the difference between the second figure and the first. */
export function shownDifference(
  was: number | null | undefined,
  now: number | null | undefined,
  shown: Shown,
): string {
  if (was == null || now == null) return NONE;
  const difference = now - was;
  if (difference === 0) return '±0';
  const percent = was === 0 ? '' : ` (${signed(Math.round((100 * difference) / was), (n) => `${n} %`)})`;
  return signed(difference, shown) + percent;
}

function signed(value: number, shown: (value: number) => string): string {
  return (value < 0 ? '−' : '+') + shown(Math.abs(value));
}
