import { useEffect } from 'preact/hooks';
import { returns } from '../api/service.ts';
import { key } from '../api/session.ts';
import { choose, hrefOf } from '../route.ts';
import { FailureNote } from '../ui/failure-note.tsx';
import { Icon } from '../ui/icon.tsx';
import { Segments } from '../ui/segments.tsx';
import { choiceOf, MEASURES, RANGES, type Choice, type Measure, type RangeName } from './choice.ts';
import { Charts } from './charts.tsx';
import { figures, figuresFailure, isReading, readFigures, type FiguresData } from './figures-data.ts';
import { Histogram } from './histogram.tsx';
import { KeyFigures } from './key-figures.tsx';
import { ModelTable } from './model-table.tsx';

const REFRESH_MS = 15_000;

export function FiguresView() {
  const choice = choiceOf();
  const data = figures.value;
  const failure = figuresFailure.value;
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
      <header class="view-head">
        <h1>Figures</h1>
        {isReading.value && !data && <span class="muted small">Reading …</span>}
        <div class="head-actions">
          <FigureChoice choice={choice} />
        </div>
      </header>
      {failure && (
        <FailureNote
          failure={failure}
          onRetry={() => void readFigures(choice, new AbortController().signal)}
        />
      )}
      {!data && !failure && <FiguresSkeleton />}
      {data && <Body data={data} measure={choice.measure} />}
    </div>
  );
}

function FigureChoice({ choice }: { choice: Choice }) {
  const names = Object.entries(RANGES).map(([range, { name }]) => [range as RangeName, name] as const);
  return (
    <>
      {choice.model !== '' && (
        <button
          type="button"
          class="button quiet"
          onClick={() => {
            choose({ model: undefined });
          }}
        >
          Only {choice.model}
          <Icon name="close" />
        </button>
      )}
      <Segments
        label="Percentile"
        value={choice.measure}
        items={MEASURES.map((measure) => [measure, measure] as const)}
        onChoose={(measure: Measure) => {
          choose({ measure });
        }}
      />
      <Segments
        label="Time"
        value={choice.range}
        items={names}
        onChoose={(range: RangeName) => {
          choose({ range });
        }}
      />
    </>
  );
}

function Body({ data, measure }: { data: FiguresData; measure: Measure }) {
  const { stats, choice } = data;
  if (stats.total.count === 0) {
    return (
      <div class="blank">
        <Icon name="figures" />
        <strong>No chats in this time</strong>
        <p>Figures are made from the rows of the log. Choose a longer time, or ask something.</p>
        <a class="button" href={hrefOf('chat')}>
          Ask something
        </a>
      </div>
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

function FiguresSkeleton() {
  return (
    <div class="figures-skeleton" role="status" aria-label="Reading the figures">
      <div class="skeleton" />
      <div class="skeleton" />
      <div class="skeleton" />
    </div>
  );
}
