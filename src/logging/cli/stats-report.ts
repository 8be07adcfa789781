import type { Figures, LogStats } from '../dto/log-stats.dto.js';
import { HISTOGRAM_BOUNDS } from '../log-stats.js';
import { rowCount } from './command.js';
import { textTable } from './text-table.js';

const BAR_CHARACTERS = 50;
const HEADINGS = [
  'model',
  'count',
  'errors',
  'votes',
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

/** The figures of /logs/stats as a table, and the distribution of the latencies. */
export function statsReport(stats: LogStats): string {
  const rows = [
    ...stats.models.map((figures) => tableRow(figures.model, figures)),
    tableRow('all', stats.total),
  ];
  const unreadable = stats.unreadable_rows
    ? `\nNot readable and in no figure: ${rowCount(stats.unreadable_rows)}.\n`
    : '';
  return `${textTable(HEADINGS, rows)}${unreadable}\nLatency of successful rows, seconds\n${bars(stats.latency_histogram.counts)}`;
}

function tableRow(
  model: string,
  { count, errors, votes, latency, ttft, prompt_tokens, response_tokens, tokens_per_second, cost }: Figures,
): (string | number | null)[] {
  return [
    model,
    count,
    errors,
    votes.up + votes.down === 0 ? null : `+${votes.up} −${votes.down}`,
    ...[latency.p50, latency.p95, latency.p99, ttft.p50, ttft.p95, ttft.p99].map(milliseconds),
    prompt_tokens,
    response_tokens,
    tokens_per_second === null ? null : Number(tokens_per_second.toFixed(1)),
    cost,
  ];
}

const milliseconds = (seconds: number | null) => (seconds === null ? null : Number(seconds.toFixed(3)));

/** From the first non-empty bar to the last. */
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
