import { useEffect, useState } from 'preact/hooks';
import { models } from '../api/service.ts';
import { key as ownKey } from '../api/session.ts';
import type { Key } from '../api/types.ts';
import { Button } from '../ui/button.tsx';
import { FailureNote } from '../ui/failure-note.tsx';
import { Blank, Skeleton, ViewHead } from '../ui/view-parts.tsx';
import { KeyForm } from './key-form.tsx';
import { keys, readKeys } from './keys-data.ts';
import { KeyTable } from './key-table.tsx';
import { RevokeDialog, RotateDialog, SecretDialog } from './key-dialogs.tsx';

/** What is open over the list. */
export type KeyTask =
  | { kind: 'create' }
  | { kind: 'edit' | 'revoke' | 'rotate'; subject: Key }
  | { kind: 'secret'; secret: string };

export function KeysView() {
  const [task, setTask] = useState<KeyTask>();
  // A service without access shows its models to anybody, and has no keys to show.
  const isOpenToAll = ownKey.value === '' && models.value !== undefined;
  useEffect(() => {
    if (ownKey.value !== '') void readKeys();
  }, [ownKey.value]);
  const known = keys.data.value;
  const failure = keys.failure.value;
  const close = () => setTask(undefined);
  const done = (secret?: string) => {
    setTask(secret === undefined ? undefined : { kind: 'secret', secret });
    void readKeys();
  };
  return (
    <div class="page-scroll keys-view" tabIndex={0} role="region" aria-label="Keys">
      <ViewHead title="Keys">
        <Button
          kind="primary"
          icon="plus"
          disabled={known === undefined || failure !== undefined}
          onClick={() => setTask({ kind: 'create' })}
        >
          New key
        </Button>
      </ViewHead>
      {failure && <FailureNote failure={failure} onRetry={() => void readKeys()} />}
      {isOpenToAll && (
        <Blank icon="keys" title="This service asks nobody for a key">
          The first key ends that, and this view then manages them all:{' '}
          <code>npm run keys -- create --name you --role admin</code>
        </Blank>
      )}
      {!failure && !known && !isOpenToAll && <Skeleton class="tall" label="Reading the keys" />}
      {known?.length === 0 && (
        <Blank icon="keys" title="No key was made yet">
          A key lets a client in, with a budget and limits of its own. Its secret is shown once.
        </Blank>
      )}
      {known && known.length > 0 && <KeyTable keys={known} onTask={setTask} />}
      {task?.kind === 'create' && <KeyForm onClose={close} onDone={done} />}
      {task?.kind === 'edit' && <KeyForm subject={task.subject} onClose={close} onDone={done} />}
      {task?.kind === 'revoke' && <RevokeDialog subject={task.subject} onClose={close} onDone={done} />}
      {task?.kind === 'rotate' && <RotateDialog subject={task.subject} onClose={close} onDone={done} />}
      {task?.kind === 'secret' && <SecretDialog secret={task.secret} onClose={close} />}
    </div>
  );
}
