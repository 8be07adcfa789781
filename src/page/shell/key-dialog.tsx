import { useState } from 'preact/hooks';
import { key, keyWanted, useKey } from '../api/session.ts';
import { readModels } from '../api/service.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { Note } from '../ui/note.tsx';

/** Asks for the key of the client. It stays in this tab. */
export function KeyDialog() {
  const [secret, setSecret] = useState('');
  const wasRefused = keyWanted.value === 'refused';
  const submit = () => {
    const typed = secret.trim();
    if (typed === '') return;
    useKey(typed);
    void readModels();
  };
  return (
    <Dialog
      title="This service asks for a key"
      onSubmit={submit}
      actions={
        <>
          {key.value !== '' && !wasRefused && <span class="muted">Checking …</span>}
          <Button kind="primary" type="submit" disabled={secret.trim() === ''}>
            Use this key
          </Button>
        </>
      }
    >
      {wasRefused && (
        <Note kind="bad" title="The key was not accepted.">
          It may be mistyped, expired or revoked. What you were doing is still here.
        </Note>
      )}
      <Field
        label="Key"
        note="Kept in this tab only, until you close it. Your operator makes one with npm run keys."
        class="mono"
        type="password"
        autocomplete="off"
        spellcheck={false}
        value={secret}
        placeholder="parley_…"
        onText={setSecret}
      />
    </Dialog>
  );
}
