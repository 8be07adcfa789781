import { neutralised } from '../../logging/export/formula.js';
import type { ReplayEntry } from '../replay-journal.js';
import type { LoggedRow } from '../logged-row.js';

const LINE_END = '\r\n';
const TEXTS = ['id', 'timestamp', 'model', 'upstream_model', 'status', 'error', 'response'] as const;
const NUMBERS = ['latency', 'ttft', 'prompt_tokens', 'response_tokens', 'cost'] as const;
const SIDE = [...TEXTS, ...NUMBERS];
const HEADER = [
  'prompt',
  ...SIDE.map((column) => `was_${column}`),
  ...SIDE.map((column) => `now_${column}`),
  ...NUMBERS.map((column) => `${column}_difference`),
];
/** Decimals of a difference: further digits are noise of binary fractions. */
const DECIMALS = 10;

type Side = Partial<Pick<LoggedRow, (typeof SIDE)[number]>>;

/** RFC 4180, a line per prompt; texts neutralised as in `GET /logs/export?format=csv`. Unknown figures are empty. */
export function reportCsv(entries: readonly ReplayEntry[]): string {
  return [HEADER.join(','), ...entries.map(line)].map((one) => one + LINE_END).join('');
}

function line({ source, outcome }: ReplayEntry): string {
  const now = outcome && 'row' in outcome ? outcome.row : nothing(outcome?.failure.code);
  return [
    quoted(source.prompt),
    ...side(source),
    ...side(now),
    ...NUMBERS.map((column) => difference(source[column], now[column])),
  ].join(',');
}

function nothing(code: string | undefined): Side {
  return code === undefined ? {} : { status: 'error', error: code };
}

function side(row: Side): string[] {
  return [
    ...TEXTS.map((column) => quoted(row[column] ?? '')),
    ...NUMBERS.map((column) => number(row[column])),
  ];
}

function quoted(text: string): string {
  return `"${neutralised(text).replaceAll('"', '""')}"`;
}

function number(value: number | null | undefined): string {
  return value == null ? '' : String(value);
}

function difference(was: number | null, now: number | null | undefined): string {
  return was === null || now == null ? '' : String(Number((now - was).toFixed(DECIMALS)));
}
