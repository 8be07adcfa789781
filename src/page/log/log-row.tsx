import type { LogRecord } from '../api/types.ts';
import { count, dollars, moment, seconds } from '../format.ts';
import { memo } from '../ui/memo.tsx';
import { ModelName } from '../ui/model-name.tsx';
import { StatusTag } from './status-tag.tsx';

interface LogRowProps {
  record: LogRecord;
  at: number;
  /** Where in the list, in px. */
  top: number;
  isActive: boolean;
  isOpen: boolean;
  onOpen: (record: LogRecord, at: number) => void;
}

export const LogRow = memo(function LogRow({ record, at, top, isActive, isOpen, onOpen }: LogRowProps) {
  return (
    <div
      id={`row-${at}`}
      role="row"
      aria-rowindex={at + 2}
      aria-selected={isOpen}
      class={`row ${isActive ? 'active' : ''} ${isOpen ? 'open' : ''}`}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onOpen(record, at)}
    >
      <span role="gridcell" class="cell col-time numeric">
        {moment(record.timestamp)}
      </span>
      <span role="gridcell" class="cell col-model">
        <ModelName name={record.model} />
      </span>
      <span role="gridcell" class="cell col-prompt">
        {oneLine(record.prompt) || erased(record)}
      </span>
      <span role="gridcell" class="cell col-answer">
        {oneLine(record.response)}
      </span>
      <span role="gridcell" class="cell col-status">
        <StatusTag status={record.status} isBrief />
      </span>
      <span role="gridcell" class="cell col-first-token numeric">
        {seconds(record.ttft)}
      </span>
      <span role="gridcell" class="cell col-latency numeric">
        {seconds(record.latency)}
      </span>
      <span role="gridcell" class="cell col-tokens numeric">
        {count(record.response_tokens)}
      </span>
      <span role="gridcell" class="cell col-cost numeric">
        {dollars(record.cost)}
      </span>
    </div>
  );
});

function oneLine(text: string): string {
  return text.slice(0, 160).replace(/\s+/g, ' ');
}

function erased({ erased_at }: LogRecord) {
  return erased_at ? <em class="muted">erased</em> : null;
}
