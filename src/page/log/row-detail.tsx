import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { getJson } from '../api/client.ts';
import { titleOfCode } from '../api/failure.ts';
import { Resource } from '../api/resource.ts';
import { askable } from '../api/service.ts';
import type { LogRecord } from '../api/types.ts';
import { wholeMoment } from '../format.ts';
import { isCovered } from '../shell/shortcuts.ts';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { FailureNote } from '../ui/failure-note.tsx';
import { Menu } from '../ui/menu.tsx';
import { ModelName } from '../ui/model-name.tsx';
import { Note } from '../ui/note.tsx';
import { Skeleton } from '../ui/view-parts.tsx';
import { Votes } from '../ui/votes.tsx';
import { RowConversation } from './row-conversation.tsx';
import { RowFigures } from './row-figures.tsx';
import { sendAgain } from './send-again.ts';
import { StatusTag } from './status-tag.tsx';

interface RowDetailProps {
  id: string | null;
  /** A row without an id, as the list has it. */
  record: LogRecord | undefined;
  onClose: () => void;
}

export function RowDetail({ id, record, onClose }: RowDetailProps) {
  const read = useMemo(() => new Resource<LogRecord>(), [id]);
  const row = read.data.value ?? record;
  const failure = read.failure.value;
  const again = (leaving?: AbortSignal) => {
    if (id === null) return;
    void read.read(() => getJson(`logs/${encodeURIComponent(id)}`, leaving), leaving);
  };
  useEffect(() => {
    const leaving = new AbortController();
    again(leaving.signal);
    return () => leaving.abort();
  }, [id]);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || isCovered()) return;
      onClose();
      document.querySelector<HTMLElement>('[role=grid]')?.focus();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
  return (
    <aside class="detail" aria-label="Row">
      <header>
        <Button kind="quiet" icon="close" only="Close the row" title="Close (Esc)" onClick={onClose} />
        {row && (
          <>
            <ModelName name={row.model} />
            <StatusTag status={row.status} />
          </>
        )}
        <span class="muted small numeric">{row && wholeMoment(row.timestamp)}</span>
      </header>
      {failure && <FailureNote failure={failure} onRetry={() => again()} />}
      {!row && !failure && <Skeleton lines={4} label="Reading the row" />}
      {row && <Detail row={row} />}
    </aside>
  );
}

function Detail({ row }: { row: LogRecord }) {
  const score = useSignal(row.score ?? 0);
  const [refusal, setRefusal] = useState('');
  return (
    <div class="detail-scroll" tabIndex={0} role="region" aria-label="Conversation and figures">
      <div class="detail-actions">
        <Menu buttonClass="button" icon="again" label="Ask again">
          {askable.value.map(({ name }) => (
            <button type="button" key={name} onClick={() => sendAgain(row, name)}>
              <ModelName name={name} />
            </button>
          ))}
        </Menu>
        {row.id !== null && <Votes id={row.id} score={score} onRefused={setRefusal} />}
        {row.response !== '' && <CopyButton text={row.response} label="Copy answer" />}
        {refusal && (
          <span class="refusal" role="alert">
            {refusal}
          </span>
        )}
      </div>
      {row.error !== null && (
        <Note kind="bad" title={titleOfCode(row.error)} isAlert={false}>
          <code>{row.error}</code>
        </Note>
      )}
      {row.erased_at && (
        <div class="note">The texts of this row were erased {wholeMoment(row.erased_at)}.</div>
      )}
      <RowFigures row={row} />
      <RowConversation row={row} />
    </div>
  );
}
