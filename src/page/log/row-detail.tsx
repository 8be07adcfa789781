import { useSignal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { getJson } from '../api/client.ts';
import { asFailure, titleOfCode } from '../api/failure.ts';
import type { Failure } from '../api/failure.ts';
import { modelNames } from '../api/service.ts';
import type { LogRecord } from '../api/types.ts';
import { wholeMoment } from '../format.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { FailureNote } from '../ui/failure-note.tsx';
import { Icon } from '../ui/icon.tsx';
import { Menu } from '../ui/menu.tsx';
import { ModelName } from '../ui/model-name.tsx';
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
  const [row, setRow] = useState(record);
  const [failure, setFailure] = useState<Failure>();
  const read = () => {
    if (id === null) return undefined;
    const leaving = new AbortController();
    setFailure(undefined);
    getJson<LogRecord>(`logs/${encodeURIComponent(id)}`, leaving.signal).then(setRow, (error: unknown) => {
      if (!leaving.signal.aborted) setFailure(asFailure(error));
    });
    return () => {
      leaving.abort();
    };
  };
  useEffect(read, [id]);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      onClose();
      document.querySelector<HTMLElement>('[role=grid]')?.focus();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => {
      document.removeEventListener('keydown', onKeyDown);
    };
  }, []);
  return (
    <aside class="detail" aria-label="Row">
      <header>
        <button
          type="button"
          class="button quiet icon-only"
          aria-label="Close the row"
          title="Close (Esc)"
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
        {row && (
          <>
            <ModelName name={row.model} />
            <StatusTag status={row.status} />
          </>
        )}
        <span class="muted small numeric">{row && wholeMoment(row.timestamp)}</span>
      </header>
      {failure && (
        <FailureNote
          failure={failure}
          onRetry={() => {
            read();
          }}
        />
      )}
      {!row && !failure && (
        <div class="skeleton detail-skeleton" role="status" aria-label="Reading the row" />
      )}
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
        <Menu
          class="start"
          buttonClass="button"
          label={
            <>
              <Icon name="again" />
              Ask again
            </>
          }
        >
          {modelNames.value.map((name) => (
            <button
              type="button"
              key={name}
              onClick={() => {
                sendAgain(row, name);
              }}
            >
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
        <div class="note bad">
          <Icon name="alert" />
          <div>
            <strong>{titleOfCode(row.error)}</strong>
            <code>{row.error}</code>
          </div>
        </div>
      )}
      {row.erased_at && (
        <div class="note">The texts of this row were erased {wholeMoment(row.erased_at)}.</div>
      )}
      <RowFigures row={row} />
      <RowConversation row={row} />
    </div>
  );
}
