/** Figures as text: always with their unit, and a dash where nothing is known. */

export const NONE = '–';

const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

export function count(value: number | null | undefined): string {
  return value == null ? NONE : grouped.format(value);
}

export function shortCount(value: number | null | undefined): string {
  return value == null ? NONE : value < 10_000 ? grouped.format(value) : short.format(value);
}

/** @param value seconds */
export function seconds(value: number | null | undefined): string {
  if (value == null) return NONE;
  if (value < 1) return `${Math.round(value * 1000)} ms`;
  if (value < 120) return `${value.toFixed(value < 10 ? 2 : 1)} s`;
  return `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`;
}

/** Seconds under a chart: never another unit. */
export function axisSeconds(value: number): string {
  return `${Number(value.toPrecision(3))} s`;
}

export function axisDollars(value: number): string {
  return `$${Number(value.toPrecision(3))}`;
}

/** Single answers cost fractions of a cent: two digits that mean something. */
export function dollars(value: number | null | undefined): string {
  if (value == null) return NONE;
  if (value === 0) return '$0';
  if (Math.abs(value) >= 0.1) return `$${value.toFixed(2)}`;
  const digits = Math.min(10, 1 - Math.floor(Math.log10(Math.abs(value))));
  return `$${value.toFixed(digits)}`;
}

export function percent(part: number, whole: number): string {
  if (whole === 0) return NONE;
  const value = (100 * part) / whole;
  return `${value > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} %`;
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const dayAndClock = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
const whole = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

/** Today's by the clock, others with their day; in the reader's time zone. */
export function moment(iso: string, now = new Date()): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return date.toDateString() === now.toDateString() ? clock.format(date) : dayAndClock.format(date);
}

export function wholeMoment(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : whole.format(date);
}

/** `in 40 s`, `in 3 h`. @param ms until then */
export function wait(ms: number): string {
  const left = Math.max(0, Math.ceil(ms / 1000));
  if (left < 90) return `${left} s`;
  if (left < 5400) return `${Math.round(left / 60)} min`;
  return left < 172_800 ? `${Math.round(left / 3600)} h` : `${Math.round(left / 86_400)} days`;
}
