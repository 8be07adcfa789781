import { choose, hrefOf } from '../route.ts';
import { Button } from '../ui/button.tsx';
import { FailureNote } from '../ui/failure-note.tsx';
import { Blank, Skeleton } from '../ui/view-parts.tsx';
import { NO_FILTER } from './log-filter.ts';
import type { LogRows } from './log-rows.ts';

/** In place of the list while it has no rows: they are read, cannot be read, or there are none. */
export function LogBlank({ log }: { log: LogRows }) {
  const failure = log.failure.value;
  if (failure) {
    return (
      <div class="log-note">
        <FailureNote failure={failure} onRetry={() => void log.readMore()} />
      </div>
    );
  }
  if (log.isReading.value) return <Skeleton class="log-note" lines={8} label="Reading the log" />;
  if (log.filter !== '') {
    return (
      <Blank
        icon="search"
        title="No row matches"
        action={<Button onClick={() => choose(NO_FILTER)}>Clear the filters</Button>}
      >
        The log has no row that all these filters let through.
      </Blank>
    );
  }
  return (
    <Blank
      icon="log"
      title="Nothing is logged yet"
      action={
        <a class="button primary" href={hrefOf('chat')}>
          Ask something
        </a>
      }
    >
      Every chat becomes a row here as soon as it is over, whoever sent it and whatever became of it.
    </Blank>
  );
}
