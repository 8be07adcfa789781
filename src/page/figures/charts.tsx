import type { Figures, LogStats } from '../api/types.ts';
import { axisDollars, axisSeconds, count, dollars, seconds, shortCount } from '../format.ts';
import { BUCKET_MS, RANGES, type Choice, type Measure } from './choice.ts';
import { overTime } from './over-time.ts';
import { TimeChart, type ChartSeries } from './time-chart.tsx';

interface ChartPlan {
  title: string;
  /** Bars stand on each other, lines do not. */
  kind: 'bars' | 'line';
  format: (value: number | null) => string;
  /** One unit for a whole axis. */
  axis: (value: number) => string;
  value: (figures: Figures) => number | null;
}

function plansFor(measure: Measure, step: string): ChartPlan[] {
  return [
    {
      title: `Requests per ${step}`,
      kind: 'bars',
      format: count,
      axis: shortCount,
      value: (figures) => figures.count,
    },
    {
      title: `Failed requests per ${step}`,
      kind: 'bars',
      format: count,
      axis: shortCount,
      value: (figures) => figures.errors,
    },
    {
      title: `Latency, ${measure}`,
      kind: 'line',
      format: seconds,
      axis: axisSeconds,
      value: ({ latency }) => latency[measure],
    },
    {
      title: `Time to first token, ${measure}`,
      kind: 'line',
      format: seconds,
      axis: axisSeconds,
      value: ({ ttft }) => ttft[measure],
    },
    {
      title: `Tokens per ${step}, in and out`,
      kind: 'bars',
      format: count,
      axis: shortCount,
      value: ({ prompt_tokens, response_tokens }) => prompt_tokens + response_tokens,
    },
    {
      title: `Cost per ${step}, US dollars`,
      kind: 'bars',
      format: dollars,
      axis: axisDollars,
      value: ({ cost }) => cost,
    },
  ];
}

export function Charts({ stats, choice, measure }: { stats: LogStats; choice: Choice; measure: Measure }) {
  const { bucket } = RANGES[choice.range];
  const { times, models } = overTime(stats.buckets ?? [], BUCKET_MS[bucket]);
  return (
    <section class="charts" aria-label="Over time">
      {plansFor(measure, bucket).map(({ title, kind, format, axis, value }) => {
        const series = models.map(({ name, figures }): ChartSeries => ({
          name,
          values: figures.map((at) => (at ? value(at) : kind === 'bars' ? 0 : null)),
        }));
        return (
          <TimeChart
            key={title}
            title={title}
            kind={kind}
            format={format}
            axis={axis}
            times={times}
            stepMs={BUCKET_MS[bucket]}
            series={series}
          />
        );
      })}
    </section>
  );
}
