import { choose, hrefOf } from '../route.ts';
import { FailureNote } from '../ui/failure-note.tsx';
import { Icon } from '../ui/icon.tsx';
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
  if (log.isReading.value) {
    return (
      <div class="log-skeleton" role="status" aria-label="Reading the log">
        {Array.from({ length: 8 }, (_, index) => (
          <div class="skeleton" key={index} />
        ))}
      </div>
    );
  }
  if (log.filter !== '') {
    return (
      <div class="blank">
        <Icon name="search" />
        <strong>No row matches</strong>
        <p>The log has no row that all these filters let through.</p>
        <button
          type="button"
          class="button"
          onClick={() => {
            choose(NO_FILTER);
          }}
        >
          Clear the filters
        </button>
      </div>
    );
  }
  return (
    <div class="blank">
      <Icon name="log" />
      <strong>Nothing is logged yet</strong>
      <p>Every chat becomes a row here as soon as it is over, whoever sent it and whatever became of it.</p>
      <a class="button primary" href={hrefOf('chat')}>
        Ask something
      </a>
    </div>
  );
}
