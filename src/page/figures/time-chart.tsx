import { useEffect, useRef, useState } from 'preact/hooks';
import type uPlot from 'uplot';
import { wholeMoment } from '../format.ts';
import { repaints } from '../theme.ts';
import { ModelName } from '../ui/model-name.tsx';
import { draw } from './draw.ts';

export interface ChartSeries {
  /** A model. */
  name: string;
  /** One for each time; null where there is none. */
  values: (number | null)[];
}

export interface TimeChartProps {
  title: string;
  kind: 'bars' | 'line';
  format: (value: number | null) => string;
  /** One unit for a whole axis. */
  axis: (value: number) => string;
  /** Seconds since 1970. */
  times: number[];
  stepMs: number;
  series: ChartSeries[];
}

export function TimeChart(props: TimeChartProps) {
  const { title, format, times, series } = props;
  const place = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<number>();
  const repaint = repaints.value;
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const chart: uPlot = draw(element, props, (index) => setAt(index));
    const observer = new ResizeObserver(() => {
      chart.setSize({ width: element.clientWidth, height: element.clientHeight });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [times, series, title, repaint]);
  const time = at === undefined ? undefined : times[at];
  return (
    <figure class="chart">
      <figcaption>
        <h2>{title}</h2>
        <span class="readout numeric">
          {at === undefined || time === undefined ? (
            series.map(({ name }) => <ModelName key={name} name={name} />)
          ) : (
            <>
              {series.map(({ name, values }) => (
                <span key={name}>
                  <ModelName name={name} /> {format(values[at] ?? null)}
                </span>
              ))}
              <span class="muted">{wholeMoment(new Date(time * 1000).toISOString())}</span>
            </>
          )}
        </span>
      </figcaption>
      <div class="plot" ref={place} role="img" aria-label={`${title}. ${summary(props)}`} />
    </figure>
  );
}

/** The chart in words. */
function summary({ series, format, kind }: TimeChartProps): string {
  return series
    .map(({ name, values }) => {
      const known = values.filter((value) => value !== null);
      if (known.length === 0) return `${name}: no figure`;
      const sum = known.reduce((total, value) => total + value, 0);
      return kind === 'bars'
        ? `${name}: ${format(sum)} in all, ${format(Math.max(...known))} at most`
        : `${name}: from ${format(Math.min(...known))} to ${format(Math.max(...known))}, last ${format(known.at(-1) ?? null)}`;
    })
    .join('; ');
}
