import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { seriesOf } from '../ui/model-name.tsx';
import type { TimeChartProps } from './time-chart.tsx';

const FONT = '11px Inter, system-ui, sans-serif';

/** Draws a chart into `place`. `onPoint` hears which time is pointed at. */
export function draw(
  place: HTMLElement,
  { kind, axis: label, times, stepMs, series }: TimeChartProps,
  onPoint: (index: number | undefined) => void,
): uPlot {
  const colours = new Colours(place);
  const isStacked = kind === 'bars';
  const values = isStacked ? stacked(series.map((one) => one.values)) : series.map((one) => one.values);
  // The tallest stack is drawn first, the others over it.
  const order = series.map((_, index) => index);
  if (isStacked) order.reverse();
  const step = stepMs / 1000;
  const ink = colours.of('--ink-3');
  const axis = { stroke: ink, font: FONT, ticks: { show: false } };
  const chart = new uPlot(
    {
      width: place.clientWidth,
      height: place.clientHeight,
      legend: { show: false },
      padding: [8, 8, 0, 0],
      cursor: { y: false, drag: { x: false, y: false }, points: { show: !isStacked } },
      scales: {
        x: { range: (_, min, max) => [min - step / 2, max + step / 2] },
        y: { range: (_, __, max) => [0, max > 0 ? max * 1.08 : 1] },
      },
      axes: [
        { ...axis, size: 20, gap: 4, grid: { show: false }, space: 70, values: timeLabels },
        {
          ...axis,
          size: 58,
          grid: { stroke: colours.of('--line'), width: 1 },
          values: (_, splits) => splits.map(label),
        },
      ],
      series: [
        {},
        ...order.map((index) =>
          seriesOptions(kind, colours.of(`--series-${seriesOf(series[index]?.name ?? '')}`)),
        ),
      ],
      hooks: {
        setCursor: [({ cursor: { idx } }) => onPoint(idx ?? undefined)],
      },
    },
    [times, ...order.map((index) => values[index] ?? [])],
    place,
  );
  return chart;
}

function seriesOptions(kind: TimeChartProps['kind'], colour: string): uPlot.Series {
  if (kind === 'bars') {
    const paths = uPlot.paths.bars?.({ size: [0.72, 28, 1] });
    return { stroke: colour, fill: colour, width: 0, points: { show: false }, ...(paths && { paths }) };
  }
  return { stroke: colour, width: 2, points: { size: 5, fill: colour }, spanGaps: false };
}

/** Each on top of those before it. */
function stacked(values: readonly (readonly (number | null)[])[]): number[][] {
  const heights: number[] = [];
  return values.map((one) => one.map((value, at) => (heights[at] = (heights[at] ?? 0) + (value ?? 0))));
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** Hours within a day, the date where one begins; in the reader's time zone. */
function timeLabels(_: uPlot, splits: number[]): string[] {
  return splits.map((split) => {
    const date = new Date(split * 1000);
    return date.getHours() === 0 && date.getMinutes() === 0 ? day.format(date) : clock.format(date);
  });
}

/** Custom properties as a canvas takes them: light-dark() is resolved on an element only. */
class Colours {
  constructor(private readonly place: HTMLElement) {}

  of(name: string): string {
    this.place.style.color = `var(${name})`;
    const colour = getComputedStyle(this.place).color;
    this.place.style.color = '';
    return colour;
  }
}
