import { isAnswered, type ReplayEntry } from '../replay-journal.js';
import type { LoggedRow } from '../logged-row.js';

/** Figures of a set of answers; null if no row has them. Latencies in seconds, cost in US dollars. */
export interface SideFigures {
  readonly latency: Percentiles;
  readonly ttft: Percentiles;
  readonly promptTokens: number | null;
  readonly responseTokens: number | null;
  readonly cost: number | null;
}

export interface Percentiles {
  readonly p50: number | null;
  readonly p95: number | null;
}

/** Compares rows of one model with the new answers to the same prompts. */
export interface Comparison {
  /** The model that answered the logged prompts; undefined for all models together. */
  readonly model: string | undefined;
  /** Number of prompts. */
  readonly prompts: number;
  /** Prompts without a successful answer now. */
  readonly failed: number;
  /** Prompts answered successfully both times; the figures cover these. */
  readonly compared: number;
  /** Of those, identical answers. */
  readonly same: number;
  readonly was: SideFigures;
  readonly now: SideFigures;
}

/** One comparison for each logged model, and one for all if there are several. */
export function summarise(entries: readonly ReplayEntry[]): Comparison[] {
  const groups = new Map<string, ReplayEntry[]>();
  for (const entry of entries) {
    const group = groups.get(entry.source.model);
    if (group) group.push(entry);
    else groups.set(entry.source.model, [entry]);
  }
  const each = [...groups].sort().map(([model, group]) => compare(model, group));
  return each.length > 1 ? [...each, compare(undefined, entries)] : each;
}

function compare(model: string | undefined, entries: readonly ReplayEntry[]): Comparison {
  const pairs = entries.flatMap((entry) => {
    const { source, outcome } = entry;
    const isPair = source.status === 'ok' && isAnswered(entry) && outcome && 'row' in outcome;
    return isPair ? [{ was: source, now: outcome.row }] : [];
  });
  return {
    model,
    prompts: entries.length,
    failed: entries.filter((entry) => entry.outcome && !isAnswered(entry)).length,
    compared: pairs.length,
    same: pairs.filter(({ was, now }) => was.response === now.response).length,
    was: figuresOf(pairs.map(({ was }) => was)),
    now: figuresOf(pairs.map(({ now }) => now)),
  };
}

function figuresOf(rows: readonly LoggedRow[]): SideFigures {
  const known = (column: 'latency' | 'ttft' | 'prompt_tokens' | 'response_tokens' | 'cost'): number[] =>
    rows.map((row) => row[column]).filter((value) => value !== null);
  return {
    latency: percentiles(known('latency')),
    ttft: percentiles(known('ttft')),
    promptTokens: total(known('prompt_tokens')),
    responseTokens: total(known('response_tokens')),
    cost: total(known('cost')),
  };
}

function percentiles(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((a, b) => a - b);
  return { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) };
}

/** Interpolated between two values, as in `GET /logs/stats`. */
function quantile(sorted: readonly number[], share: number): number | null {
  const place = (sorted.length - 1) * share;
  const low = sorted[Math.floor(place)];
  const high = sorted[Math.ceil(place)];
  return low === undefined || high === undefined ? null : low + (high - low) * (place - Math.floor(place));
}

function total(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
}
