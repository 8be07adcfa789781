import { useEffect, useState } from 'preact/hooks';
import { key as ownKey } from '../api/session.ts';
import type { Key } from '../api/types.ts';
import { FailureNote } from '../ui/failure-note.tsx';
import { Icon } from '../ui/icon.tsx';
import { KeyForm } from './key-form.tsx';
import { keys, keysFailure, readKeys } from './keys-data.ts';
import { KeyTable } from './key-table.tsx';
import { RevokeDialog, RotateDialog, SecretDialog } from './key-dialogs.tsx';

/** What is open over the list. */
export type KeyTask =
  | { kind: 'create' }
  | { kind: 'edit' | 'revoke' | 'rotate'; subject: Key }
  | { kind: 'secret'; secret: string };

export function KeysView() {
  const [task, setTask] = useState<KeyTask>();
  useEffect(() => void readKeys(), [ownKey.value]);
  const failure = keysFailure.value;
  const close = () => {
    setTask(undefined);
  };
  const done = (secret?: string) => {
    setTask(secret === undefined ? undefined : { kind: 'secret', secret });
    void readKeys();
  };
  return (
    <div class="page-scroll keys-view" tabIndex={0} role="region" aria-label="Keys">
      <header class="view-head">
        <h1>Keys</h1>
        <div class="head-actions">
          <button
            type="button"
            class="button primary"
            disabled={failure !== undefined}
            onClick={() => {
              setTask({ kind: 'create' });
            }}
          >
            <Icon name="plus" />
            New key
          </button>
        </div>
      </header>
      {failure && <FailureNote failure={failure} onRetry={() => void readKeys()} />}
      {!failure && !keys.value && (
        <div class="skeleton detail-skeleton" role="status" aria-label="Reading the keys" />
      )}
      {keys.value?.length === 0 && <NoKeys />}
      {keys.value && keys.value.length > 0 && <KeyTable keys={keys.value} onTask={setTask} />}
      {task?.kind === 'create' && <KeyForm onClose={close} onDone={done} />}
      {task?.kind === 'edit' && <KeyForm subject={task.subject} onClose={close} onDone={done} />}
      {task?.kind === 'revoke' && <RevokeDialog subject={task.subject} onClose={close} onDone={done} />}
      {task?.kind === 'rotate' && <RotateDialog subject={task.subject} onClose={close} onDone={done} />}
      {task?.kind === 'secret' && <SecretDialog secret={task.secret} onClose={close} />}
    </div>
  );
}

function NoKeys() {
  return (
    <div class="blank">
      <Icon name="keys" />
      <strong>No key was made yet</strong>
      <p>A key lets a client in, with a budget and limits of its own. Its secret is shown once.</p>
    </div>
  );
}
