import { useEffect } from 'preact/hooks';
import { returns } from '../api/service.ts';
import { key } from '../api/session.ts';
import { choose, hrefOf } from '../route.ts';
import { Button } from '../ui/button.tsx';
import { FailureNote } from '../ui/failure-note.tsx';
import { Icon } from '../ui/icon.tsx';
import { Segments } from '../ui/segments.tsx';
import { Blank, Skeleton, ViewHead } from '../ui/view-parts.tsx';
import { choiceOf, MEASURES, RANGES, type Choice, type Measure, type RangeName } from './choice.ts';
import { Charts } from './charts.tsx';
import { figures, readFigures, type FiguresData } from './figures-data.ts';
import { Histogram } from './histogram.tsx';
import { KeyFigures } from './key-figures.tsx';
import { ModelTable } from './model-table.tsx';

const REFRESH_MS = 15_000;

export function FiguresView() {
  const choice = choiceOf();
  const data = figures.data.value;
  const failure = figures.failure.value;
  useEffect(() => {
    const leaving = new AbortController();
    const read = () => {
      if (!document.hidden) void readFigures(choice, leaving.signal);
    };
    read();
    const timer = setInterval(read, REFRESH_MS);
    return () => {
      leaving.abort();
      clearInterval(timer);
    };
  }, [choice.range, choice.model, key.value, returns.value]);
  return (
    <div class="page-scroll figures" tabIndex={0} role="region" aria-label="Figures">
      <ViewHead title="Figures">
        <FigureChoice choice={choice} />
      </ViewHead>
      {failure && <FailureNote failure={failure} onRetry={() => void readFigures(choice)} />}
      {!data && !failure && <Skeleton class="tall" lines={3} label="Reading the figures" />}
      {data && <Body data={data} measure={choice.measure} />}
    </div>
  );
}

function FigureChoice({ choice }: { choice: Choice }) {
  const ranges = Object.entries(RANGES).map(([range, { name }]) => [range as RangeName, name] as const);
  return (
    <>
      {choice.model !== '' && (
        <Button kind="quiet" onClick={() => choose({ model: undefined })}>
          Only {choice.model}
          <Icon name="close" />
        </Button>
      )}
      <Segments
        label="Percentile"
        value={choice.measure}
        items={MEASURES.map((measure) => [measure, measure] as const)}
        onChoose={(measure: Measure) => choose({ measure })}
      />
      <Segments
        label="Time"
        value={choice.range}
        items={ranges}
        onChoose={(range: RangeName) => choose({ range })}
      />
    </>
  );
}

function Body({ data: { stats, choice }, measure }: { data: FiguresData; measure: Measure }) {
  if (stats.total.count === 0) {
    return (
      <Blank
        icon="figures"
        title="No chats in this time"
        action={
          <a class="button" href={hrefOf('chat')}>
            Ask something
          </a>
        }
      >
        Figures are made from the rows of the log. Choose a longer time, or ask something.
      </Blank>
    );
  }
  return (
    <>
      <KeyFigures total={stats.total} />
      <ModelTable models={stats.models} />
      <Charts stats={stats} choice={choice} measure={measure} />
      <Histogram histogram={stats.latency_histogram} />
      {stats.unreadable_rows > 0 && (
        <p class="muted small">
          {stats.unreadable_rows} damaged rows of the log are in none of these figures.
        </p>
      )}
    </>
  );
}
