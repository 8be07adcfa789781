import type { Figures, LogStats } from '../log-stats.js';
import { rowCount } from './command.js';
import { textTable } from './text-table.js';

/** Upper ends of the histogram's bars, in seconds; the last bar is open. */
export const HISTOGRAM_BOUNDS = [0.1, 0.25, 0.5, 1, 2, 3, 4, 5, 7.5, 10, 20, 30, 60, 120];

const BAR_CHARACTERS = 50;
const HEADINGS = [
  'model',
  'count',
  'errors',
  'latency p50',
  'p95',
  'p99',
  'ttft p50',
  'p95',
  'p99',
  'prompt tokens',
  'response tokens',
  'tokens/s',
  'cost $',
];

/** The figures of /logs/stats as a table, and how the latencies are spread. */
export function statsReport(stats: LogStats, histogram: readonly number[]): string {
  const rows = [...stats.models, { model: 'all', ...stats.total }].map(tableRow);
  const unreadable = stats.unreadable_rows
    ? `\nNot readable and in no figure: ${rowCount(stats.unreadable_rows)}.\n`
    : '';
  return `${textTable(HEADINGS, rows)}${unreadable}\nLatency, seconds\n${bars(histogram)}`;
}

function tableRow({ model, ...figures }: Figures & { model: string }): (string | number | null)[] {
  const { count, errors, latency, ttft, prompt_tokens, response_tokens, tokens_per_second, cost } = figures;
  return [
    model,
    count,
    errors,
    ...[latency.p50, latency.p95, latency.p99, ttft.p50, ttft.p95, ttft.p99].map(milliseconds),
    prompt_tokens,
    response_tokens,
    tokens_per_second === null ? null : Number(tokens_per_second.toFixed(1)),
    cost,
  ];
}

const milliseconds = (seconds: number | null) => (seconds === null ? null : Number(seconds.toFixed(3)));

/** From the first bar that is not empty to the last. */
function bars(counts: readonly number[]): string {
  const most = Math.max(...counts);
  if (most === 0) return '  none\n';
  const from = counts.findIndex((count) => count > 0);
  const to = counts.findLastIndex((count) => count > 0);
  return counts
    .slice(from, to + 1)
    .map((count, index) => {
      const bound = HISTOGRAM_BOUNDS[from + index];
      const label = bound === undefined ? `≥ ${String(HISTOGRAM_BOUNDS.at(-1))}` : `< ${bound}`;
      const bar = '█'.repeat(Math.ceil((count / most) * BAR_CHARACTERS));
      return `${label.padStart(7)}  ${bar} ${count}\n`;
    })
    .join('');
}
