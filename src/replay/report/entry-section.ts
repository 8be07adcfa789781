import type { Message } from '../../models/model.types.js';
import { loggedMessages } from '../choose-rows.js';
import type { ReplayEntry } from '../replay-journal.js';
import { shownCost, shownCount, shownDifference, shownSeconds } from './figures-text.js';
import { markup, type Markup } from './markup.js';
import { wordDiff, type DiffPiece } from './word-diff.js';
import type { LoggedRow } from '../logged-row.js';

/** Maximum length to show and compare: the CSV file has the whole text, and comparing it would take minutes. */
const SHOWN_CHARACTERS = 10_000;
const EXCERPT_CHARACTERS = 200;

const FIGURES = [
  ['Latency', 'latency', shownSeconds],
  ['First token', 'ttft', shownSeconds],
  ['Prompt tokens', 'prompt_tokens', shownCount],
  ['Response tokens', 'response_tokens', shownCount],
  ['Cost', 'cost', shownCost],
] as const;

/** One prompt with both answers. @param number counted from 1 */
export function entrySection(entry: ReplayEntry, number: number, model: string): Markup {
  const { source, outcome } = entry;
  const now = outcome && 'row' in outcome ? outcome.row : undefined;
  return markup`<details>
    <summary>
      <span class="quiet">${number}</span>
      <span class="excerpt" dir="auto">${source.prompt.slice(0, EXCERPT_CHARACTERS)}</span>
      ${headline(source, now)}
    </summary>
    <div class="entry">
      <p class="quiet">
        ${source.timestamp} · ${source.id ?? 'without id'}${now && markup` → ${now.id ?? ''}`}
      </p>
      <section>
        <h3>Prompt</h3>
        ${prompt(source)}
      </section>
      <section>${answers(source, now, model)}${reason(entry)}</section>
      ${now && markup`<section class="scroll">${figures(source, now)}</section>`}
    </div>
  </details> `;
}

function headline(was: LoggedRow, now: LoggedRow | undefined): Markup {
  if (now?.status !== 'ok') return markup`<span class="figure bad">${now ? 'failed' : 'no answer'}</span>`;
  const same = now.response === was.response ? markup`<span class="figure">same answer</span>` : undefined;
  return markup`${same}<span class="figure">${shownDifference(was.latency, now.latency, shownSeconds)}</span>
    <span class="figure">${shownCost(now.cost)}</span>`;
}

/** The whole conversation, or the single prompt. */
function prompt(source: LoggedRow): Markup {
  const messages = source.messages === null ? undefined : loggedMessages(source);
  if (!messages) return text(source.prompt);
  return markup`${messages.map(
    (message) =>
      markup`<h3>${message.role}</h3>
        ${text(saidIn(message))}`,
  )}`;
}

function saidIn({ content, tool_calls: calls }: Message): string {
  const parts = typeof content === 'string' ? [content] : (content ?? []).map(partText);
  return [...parts, ...(calls ? [JSON.stringify(calls)] : [])].join('\n');
}

/** Images are named, not shown: the page would load their addresses. */
function partText(part: Readonly<Record<string, unknown>>): string {
  return typeof part.text === 'string' ? part.text : `[${String(part.type)}]`;
}

function answers(source: LoggedRow, now: LoggedRow | undefined, model: string): Markup {
  const isWhole = [source, now].every((row) => (row?.response.length ?? 0) <= SHOWN_CHARACTERS);
  const diff = wordDiff(shown(source.response), shown(now?.response ?? ''));
  const mark = now !== undefined;
  return markup`<div class="sides">
      <div>
        <h3>${source.model}, as logged</h3>
        ${side(diff.was, mark && removed)}
      </div>
      <div>
        <h3>${now?.model ?? model}, now</h3>
        ${side(diff.now, mark && added)}
      </div>
    </div>
    ${isWhole ? undefined : markup`<p class="quiet">Shown and compared: the first ${shownCount(SHOWN_CHARACTERS)} characters. The CSV file has the whole text.</p>`}`;
}

const removed = (changed: string): Markup => markup`<del>${changed}</del>`;
const added = (changed: string): Markup => markup`<ins>${changed}</ins>`;

function side(pieces: readonly DiffPiece[], mark: false | ((text: string) => Markup)): Markup {
  const marked = pieces.map((piece) => (piece.changed && mark ? mark(piece.text) : piece.text));
  return markup`<pre class="text" dir="auto">${marked}</pre>`;
}

function reason({ source, outcome }: ReplayEntry): Markup | undefined {
  const before =
    source.status === 'ok'
      ? undefined
      : markup`<p>The logged answer ended with ${source.error ?? source.status}.</p>`;
  if (!outcome)
    return markup`${before}
      <p class="bad">Not sent.</p>`;
  if ('failure' in outcome)
    return markup`${before}
      <p class="bad">${outcome.failure.code}: ${outcome.failure.detail}</p>`;
  const { status, error } = outcome.row;
  return status === 'ok'
    ? before
    : markup`${before}
        <p class="bad">It ended with ${error ?? status}.</p>`;
}

function figures(was: LoggedRow, now: LoggedRow): Markup {
  return markup`<table>
    <thead>
      <tr>
        <th>Figure</th>
        <th>As logged</th>
        <th>Now</th>
        <th>Difference</th>
      </tr>
    </thead>
    <tbody>
      ${FIGURES.map(
        ([name, column, format]) =>
          markup`<tr>
            <td>${name}</td>
            <td>${format(was[column])}</td>
            <td>${format(now[column])}</td>
            <td>${shownDifference(was[column], now[column], format)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function text(content: string): Markup {
  const rest = content.length - SHOWN_CHARACTERS;
  return markup`<pre class="text" dir="auto">${shown(content)}</pre>
    ${rest > 0 ? markup`<p class="quiet">… and ${shownCount(rest)} characters more.</p>` : undefined}`;
}

const shown = (content: string): string => content.slice(0, SHOWN_CHARACTERS);
