import { signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { returns } from '../api/service.ts';
import { key } from '../api/session.ts';
import type { LogRecord } from '../api/types.ts';
import { choose, route } from '../route.ts';
import { ViewHead } from '../ui/view-parts.tsx';
import { FilterBar } from './filter-bar.tsx';
import { filterQuery } from './log-filter.ts';
import { followLog, isLive } from './follow-log.ts';
import { ExportMenu } from './export-menu.tsx';
import { LogRows } from './log-rows.ts';
import { LogBlank } from './log-blank.tsx';
import { RowDetail } from './row-detail.tsx';
import { RowList } from './row-list.tsx';

/** An open row that has no id to stand in the address. */
const nameless = signal<LogRecord | undefined>(undefined);

export function openRow(record: LogRecord): void {
  nameless.value = record.id === null ? record : undefined;
  choose({ id: record.id ?? undefined });
}

export function closeRow(): void {
  nameless.value = undefined;
  choose({ id: undefined });
}

export function LogView() {
  const filter = filterQuery.value;
  const secret = key.value;
  const rows = useMemo(() => new LogRows(filter), [filter, secret]);
  useEffect(() => {
    const stopFollowing = followLog(rows);
    return () => {
      stopFollowing();
      rows.leave();
    };
  }, [rows]);
  useEffect(() => {
    if (returns.value > 0 && rows.rows.peek().length === 0) void rows.readMore();
  }, [returns.value]);
  const id = route.value.choice.get('id');
  const isOpen = id !== null || nameless.value !== undefined;
  return (
    <div class="log">
      <ViewHead
        title="Log"
        beside={
          <span class={`tag live ${isLive.value ? 'on' : ''}`} role="status">
            {isLive.value ? 'Live' : 'Connecting'}
          </span>
        }
      >
        <ExportMenu filter={filter} />
      </ViewHead>
      <FilterBar />
      <div class="log-body">
        <div class="log-list">
          {rows.rows.value.length > 0 ? (
            <RowList key={filter} log={rows} openId={id} onOpen={openRow} />
          ) : (
            <LogBlank log={rows} />
          )}
        </div>
        {isOpen && <RowDetail key={id ?? 'nameless'} id={id} record={nameless.value} onClose={closeRow} />}
      </div>
    </div>
  );
}
