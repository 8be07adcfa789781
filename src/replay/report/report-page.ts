import { createHash } from 'node:crypto';
import type { ReplayEntry, ReplayPlan } from '../replay-journal.js';
import { entrySection } from './entry-section.js';
import { shownCost, shownCount, shownDifference, shownSeconds } from './figures-text.js';
import { markup, type Markup } from './markup.js';
import { REPORT_STYLE } from './report-style.js';
import { summarise, type Comparison, type SideFigures } from './summary.js';

const STYLE_HASH = createHash('sha256').update(REPORT_STYLE).digest('base64');
/** Loads, runs and sends nothing: text that escaped its element could do no harm. */
const CSP = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'`;

const COLUMNS = [
  ['Latency p50', ({ latency }: SideFigures) => latency.p50, shownSeconds],
  ['p95', ({ latency }: SideFigures) => latency.p95, shownSeconds],
  ['First token p50', ({ ttft }: SideFigures) => ttft.p50, shownSeconds],
  ['p95', ({ ttft }: SideFigures) => ttft.p95, shownSeconds],
  ['Prompt tokens', ({ promptTokens }: SideFigures) => promptTokens, shownCount],
  ['Response tokens', ({ responseTokens }: SideFigures) => responseTokens, shownCount],
  ['Cost', ({ cost }: SideFigures) => cost, shownCost],
] as const;

export interface ReportState {
  readonly plan: ReplayPlan;
  readonly entries: readonly ReplayEntry[];
  /** Why the replay ended early; undefined if it did not. */
  readonly stopped: string | undefined;
}

/** The report as one HTML file without scripts. */
export function reportPage({ plan, entries, stopped }: ReportState): string {
  const { model } = plan.terms;
  const title = `Replay on ${model}`;
  const body = markup`<header>
      <h1 dir="auto">${title}</h1>
      <p class="quiet">
        ${shownCount(entries.length)} logged ${entries.length === 1 ? 'prompt' : 'prompts'}, sent again on ${plan.startedAt}.${skippedText(plan)}
      </p>
      ${stopped && markup`<p class="note">This report is not finished: ${stopped} --resume continues it.</p>`}
    </header>
    <h2>Summary</h2>
    <p class="quiet">Figures cover the prompts that were answered both times.</p>
    <div class="scroll">
      <table class="summary">
        <thead>
          <tr>
            <th>Model</th>
            ${COLUMNS.map(([name]) => markup`<th>${name}</th>`)}
          </tr>
        </thead>
        ${summarise(entries).map((comparison) => summaryRows(comparison, model))}
      </table>
    </div>
    <h2>Prompts</h2>
    ${entries.map((entry, index) => entrySection(entry, index + 1, model))}`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${CSP}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<main>${body}</main>
</body>
</html>
`.text;
}

function skippedText({ skipped: { erased, unreadable, embeddings, replays } }: ReplayPlan): string {
  const parts = [
    ...(erased > 0 ? [`${erased} erased`] : []),
    ...(unreadable > 0 ? [`${unreadable} unreadable`] : []),
    ...(embeddings > 0 ? [`${embeddings} of embeddings`] : []),
    ...(replays > 0 ? [`${replays} from earlier replays`] : []),
  ];
  return parts.length > 0 ? ` Left out: ${parts.join(', ')}.` : '';
}

function summaryRows(comparison: Comparison, model: string): Markup {
  const { prompts, failed, compared, same, was, now } = comparison;
  const cells = (side: SideFigures): Markup[] =>
    COLUMNS.map(([, figure, format]) => markup`<td>${format(figure(side))}</td>`);
  return markup`<tbody>
    <tr>
      <th scope="row">${comparison.model ?? 'All'}, as logged</th>
      ${cells(was)}
    </tr>
    <tr>
      <th scope="row">${model}, now</th>
      ${cells(now)}
    </tr>
    <tr class="difference">
      <th scope="row">
        ${shownCount(prompts)} prompts, ${shownCount(compared)} compared, ${shownCount(same)} the
        same${failed > 0 ? `, ${failed} failed` : ''}
      </th>
      ${COLUMNS.map(([, figure, format]) => markup`<td>${shownDifference(figure(was), figure(now), format)}</td>`)}
    </tr>
  </tbody>`;
}
