import { useState } from 'preact/hooks';
import { key, keyWanted, useKey } from '../api/session.ts';
import { readModels } from '../api/service.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';

/** Asks for the key of the client. It stays in this tab. */
export function KeyDialog() {
  const [secret, setSecret] = useState('');
  const wasRefused = keyWanted.value === 'refused';
  const submit = (event: Event) => {
    event.preventDefault();
    const typed = secret.trim();
    if (typed === '') return;
    useKey(typed);
    void readModels();
  };
  return (
    <Dialog title="This service asks for a key">
      {wasRefused && (
        <div class="note bad" role="alert">
          <Icon name="alert" />
          <div>
            <strong>The key was not accepted.</strong>
            It may be mistyped, expired or revoked. What you were doing is still here.
          </div>
        </div>
      )}
      <form class="key-form" onSubmit={submit}>
        <label class="field">
          Key
          <input
            class="input mono"
            type="password"
            autocomplete="off"
            spellcheck={false}
            value={secret}
            placeholder="parley_…"
            onInput={({ currentTarget }) => {
              setSecret(currentTarget.value);
            }}
          />
          <small>Kept in this tab only, until you close it. Your operator makes one with npm run keys.</small>
        </label>
        <div class="row">
          {key.value !== '' && !wasRefused && <span class="muted">Checking …</span>}
          <button type="submit" class="button primary" disabled={secret.trim() === ''}>
            Use this key
          </button>
        </div>
      </form>
    </Dialog>
  );
}
