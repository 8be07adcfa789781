import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { LogRecord } from '../api/types.ts';
import { Button } from '../ui/button.tsx';
import { LogRow } from './log-row.tsx';
import type { LogRows } from './log-rows.ts';

interface RowListProps {
  log: LogRows;
  openId: string | null;
  onOpen: (record: LogRecord) => void;
}

/** Rows above and below what is seen that are drawn as well. */
const MARGIN_ROWS = 6;
/** So close to the end the next page is read. */
const AHEAD_ROWS = 40;
/** Up to this width a row has two lines, as log.css says. */
const NARROW_PX = 512;

/** Draws the rows that are seen and keeps the reader's place while others come on top. */
export function RowList({ log, openId, onOpen }: RowListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [{ width, height }, setSize] = useState({ width: 1000, height: 800 });
  const [active, setActive] = useState(0);
  const [unseen, setUnseen] = useState(0);
  const rowPx = width <= NARROW_PX ? 72 : 44;
  const rows = log.rows.value;
  const arrived = log.arrived.value;
  const placed = useRef(arrived);

  useLayoutEffect(() => {
    const element = scroller.current;
    const more = arrived - placed.current;
    placed.current = arrived;
    if (!element || more === 0) return;
    setActive((at) => at + more);
    if (element.scrollTop < rowPx / 2) return;
    element.scrollTop += more * rowPx;
    setUnseen((count) => count + more);
  }, [arrived]);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => {
      setSize({ width: element.clientWidth, height: element.clientHeight });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const first = Math.max(0, Math.floor(top / rowPx) - MARGIN_ROWS);
  const last = Math.min(rows.length, Math.ceil((top + height) / rowPx) + MARGIN_ROWS);
  // What leaves on one side is used again on the other: new texts cost less than new elements.
  const pool = Math.ceil(height / rowPx) + 1 + 2 * MARGIN_ROWS;
  useEffect(() => {
    const isNear = last > rows.length - AHEAD_ROWS;
    if (isNear && !log.isWhole.value && !log.isReading.value && !log.failure.value) void log.readMore();
  }, [last, rows.length, log.isReading.value]);

  const onScroll = () => {
    const place = scroller.current?.scrollTop ?? 0;
    setTop(place);
    if (place < rowPx / 2) setUnseen(0);
  };
  const moveTo = (at: number) => {
    const next = Math.min(rows.length - 1, Math.max(0, at));
    setActive(next);
    const element = scroller.current;
    if (!element) return;
    if (next * rowPx < element.scrollTop) element.scrollTop = next * rowPx;
    const overhang = (next + 1) * rowPx - element.scrollTop - element.clientHeight;
    if (overhang > 0) element.scrollTop += overhang;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor(height / rowPx) - 1);
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -Infinity,
      End: Infinity,
    };
    const step = steps[event.key];
    const record = rows[active];
    if (step !== undefined) moveTo(active + step);
    else if (event.key === 'Enter' && record) onOpen(record);
    else return;
    event.preventDefault();
  };

  return (
    <>
      {unseen > 0 && (
        <Button
          kind="primary"
          class="new-rows"
          icon="send"
          onClick={() => scroller.current?.scrollTo({ top: 0 })}
        >
          {unseen} new {unseen === 1 ? 'row' : 'rows'}
        </Button>
      )}
      <div
        class="rows"
        ref={scroller}
        role="grid"
        tabIndex={0}
        aria-label="Rows of the log"
        aria-rowcount={log.isWhole.value ? rows.length + 1 : -1}
        aria-activedescendant={rows[active] && active >= first && active < last ? `row-${active}` : undefined}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
      >
        <LogHead />
        <div class="rows-canvas" role="rowgroup" style={{ height: `${rows.length * rowPx}px` }}>
          {rows.slice(first, last).map((record, index) => (
            <LogRow
              key={(first + index) % pool}
              record={record}
              at={first + index}
              top={(first + index) * rowPx}
              isActive={first + index === active}
              isOpen={record.id !== null && record.id === openId}
              onOpen={(chosen, at) => {
                setActive(at);
                onOpen(chosen);
              }}
            />
          ))}
        </div>
        {log.failure.value && (
          <Button class="more-rows" icon="again" onClick={() => void log.readMore()}>
            Older rows could not be read. Try again
          </Button>
        )}
      </div>
    </>
  );
}

function LogHead() {
  return (
    <div class="row head" role="row" aria-rowindex={1}>
      {['Time', 'Model', 'Prompt', 'Answer', 'Status', 'First token', 'Latency', 'Tokens', 'Cost'].map(
        (name) => (
          <span key={name} role="columnheader" class={`cell col-${name.toLowerCase().replace(' ', '-')}`}>
            {name}
          </span>
        ),
      )}
    </div>
  );
}
