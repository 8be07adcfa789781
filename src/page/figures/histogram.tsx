import type { Histogram as Bars } from '../api/types.ts';
import { count, percent } from '../format.ts';

/** How many answers took how long. */
export function Histogram({ histogram: { bounds, counts } }: { histogram: Bars }) {
  const most = Math.max(1, ...counts);
  const all = counts.reduce((sum, one) => sum + one, 0);
  return (
    <section class="chart histogram" aria-labelledby="histogram">
      <h2 id="histogram">Requests by latency</h2>
      <ol>
        {counts.map((one, at) => (
          <li key={at} title={`${count(one)} requests, ${percent(one, all)}`}>
            <span class="bar-space">
              <span class="bar-count numeric">{one > 0 && count(one)}</span>
              <span class="bar" style={{ height: `${(80 * one) / most}%` }} />
            </span>
            <span class="bar-label numeric">{labelOf(bounds, at)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function labelOf(bounds: readonly number[], at: number): string {
  const bound = bounds[at];
  return bound === undefined ? `> ${bounds.at(-1) ?? 0} s` : `< ${bound} s`;
}
