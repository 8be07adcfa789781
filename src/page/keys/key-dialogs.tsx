import { useState } from 'preact/hooks';
import { asFailure, type Failure } from '../api/failure.ts';
import type { Key } from '../api/types.ts';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { FailureNote } from '../ui/failure-note.tsx';
import { Select } from '../ui/select.tsx';
import { revokeKey, rotateKey } from './keys-data.ts';

interface TaskDialogProps {
  subject: Key;
  onClose: () => void;
  /** @param secret a new one */
  onDone: (secret?: string) => void;
}

export function RevokeDialog({ subject, onClose, onDone }: TaskDialogProps) {
  const [failure, setFailure] = useState<Failure>();
  const revoke = () => {
    revokeKey(subject.id).then(
      () => onDone(),
      (error: unknown) => setFailure(asFailure(error)),
    );
  };
  return (
    <Dialog
      title={`Revoke ${subject.name}?`}
      onClose={onClose}
      closeLabel="Keep it"
      actions={
        <Button kind="danger" onClick={revoke}>
          Revoke
        </Button>
      }
    >
      <p>Its clients are refused within a second. Its rows stay in the log. This cannot be undone.</p>
      {failure && <FailureNote failure={failure} />}
    </Dialog>
  );
}

const GRACES = [
  ['0', 'at once'],
  ['1h', 'in an hour'],
  ['24h', 'in a day'],
  ['168h', 'in a week'],
] as const;

export function RotateDialog({ subject, onClose, onDone }: TaskDialogProps) {
  const [grace, setGrace] = useState('24h');
  const [failure, setFailure] = useState<Failure>();
  const rotate = () => {
    rotateKey(subject.id, grace).then(
      ({ key }) => onDone(key),
      (error: unknown) => setFailure(asFailure(error)),
    );
  };
  return (
    <Dialog
      title={`New secret for ${subject.name}`}
      onClose={onClose}
      actions={
        <Button kind="primary" onClick={rotate}>
          Make a new secret
        </Button>
      }
    >
      <label class="field">
        The old one ends
        <Select value={grace} options={GRACES} onChoose={setGrace} />
      </label>
      {failure && <FailureNote failure={failure} />}
    </Dialog>
  );
}

export function SecretDialog({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <Dialog title="Copy the key now" onClose={onClose} closeLabel="I have copied it">
      <p>It is shown this once and kept nowhere; only its digest is.</p>
      <div class="secret">
        <code>{secret}</code>
        <CopyButton text={secret} label="Copy key" />
      </div>
    </Dialog>
  );
}
