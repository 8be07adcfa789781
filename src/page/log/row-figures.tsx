import type { LogRecord } from '../api/types.ts';
import { count, dollars, NONE, seconds } from '../format.ts';

/** All that a row says beside its texts; what it does not say is left out. */
export function RowFigures({ row }: { row: LogRecord }) {
  const speed =
    row.latency && row.response_tokens ? `${(row.response_tokens / row.latency).toFixed(1)} tokens/s` : NONE;
  const figures: [name: string, value: string | null | undefined][] = [
    ['Latency', seconds(row.latency)],
    ['First token', seconds(row.ttft)],
    ['Prompt', row.prompt_tokens === null ? NONE : `${count(row.prompt_tokens)} tokens`],
    ['Answer', row.response_tokens === null ? NONE : `${count(row.response_tokens)} tokens`],
    ['Speed', speed],
    [
      'Cost',
      `${dollars(row.cost)}${row.cost_source && row.cost_source !== 'reported' ? ` (${row.cost_source})` : ''}`,
    ],
    ['Attempts', count(row.attempts)],
    ['Overhead', row.overhead == null ? null : seconds(row.overhead)],
    ['Ended', row.finish_reason],
    ['Asked for', row.requested_model === row.model ? null : row.requested_model],
    ['Slug', row.upstream_model],
    ['Key', row.key],
    ['User', row.user],
    ['Comment', row.comment],
    ['Id', row.id],
    ['Request id', row.request_id === row.id ? null : row.request_id],
  ];
  return (
    <dl class="row-figures numeric">
      {figures.map(
        ([name, value]) =>
          value && (
            <div key={name} class={value.length > 22 ? 'wide' : undefined}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
