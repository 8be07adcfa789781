import type { Figures } from '../api/types.ts';
import { count, dollars, percent, seconds, shortCount } from '../format.ts';

/** The figures of all models together. */
export function KeyFigures({ total }: { total: Figures }) {
  const items: [name: string, value: string, beside: string][] = [
    ['Requests', shortCount(total.count), `${count(total.errors)} failed`],
    ['Failed', percent(total.errors, total.count), 'of all requests'],
    ['Latency, median', seconds(total.latency.p50), `95 % within ${seconds(total.latency.p95)}`],
    ['First token, median', seconds(total.ttft.p50), `95 % within ${seconds(total.ttft.p95)}`],
    [
      'Tokens',
      shortCount(total.prompt_tokens + total.response_tokens),
      `${shortCount(total.prompt_tokens)} in, ${shortCount(total.response_tokens)} out`,
    ],
    [
      'Cost',
      dollars(total.cost),
      total.cost === null ? 'not reported' : `${dollars(total.cost / total.count)} a request`,
    ],
  ];
  return (
    <dl class="key-figures">
      {items.map(([name, value, beside]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <strong class="numeric">{value}</strong>
            <small>{beside}</small>
          </dd>
        </div>
      ))}
    </dl>
  );
}
