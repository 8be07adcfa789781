import { useState } from 'preact/hooks';
import { asFailure, type Failure } from '../api/failure.ts';
import { modelNames } from '../api/service.ts';
import type { Key } from '../api/types.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { FailureNote } from '../ui/failure-note.tsx';
import { Check, Field } from '../ui/field.tsx';
import { changeKey, createKey, type KeyTerms } from './keys-data.ts';

const NUMBERS = [
  ['rpm', 'Chats a minute'],
  ['tpm', 'Tokens a minute'],
  ['concurrency', 'Chats at once'],
] as const;

interface KeyFormProps {
  /** The key to change; absent: a new one. */
  subject?: Key;
  onClose: () => void;
  /** @param secret of a new key */
  onDone: (secret?: string) => void;
}

export function KeyForm({ subject, onClose, onDone }: KeyFormProps) {
  const [failure, setFailure] = useState<Failure>();
  const submit = async (form: HTMLFormElement) => {
    const terms = termsOf(new FormData(form));
    try {
      if (subject) {
        await changeKey(subject.id, terms);
        onDone();
      } else onDone((await createKey(terms)).key);
    } catch (error) {
      setFailure(asFailure(error));
    }
  };
  return (
    <Dialog
      title={subject ? `Change ${subject.name}` : 'New key'}
      onClose={onClose}
      onSubmit={(form) => void submit(form)}
      actions={
        <Button kind="primary" type="submit">
          {subject ? 'Save' : 'Make the key'}
        </Button>
      }
    >
      <div class="pair">
        <Field label="Name" name="name" defaultValue={subject?.name ?? ''} required maxLength={200} />
        <label class="field">
          Role
          <select class="input" name="role" defaultValue={subject?.role ?? 'chat'}>
            <option value="chat">chat: asks, sees its own rows</option>
            <option value="reader">reader: sees all rows</option>
            <option value="admin">admin: everything</option>
          </select>
        </label>
      </div>
      <fieldset class="models-choice">
        <legend>
          Models <small>none chosen: all</small>
        </legend>
        {modelNames.value.map((name) => (
          <Check
            key={name}
            label={name}
            name="models"
            value={name}
            defaultChecked={subject?.models?.includes(name) ?? false}
          />
        ))}
      </fieldset>
      <div class="pair">
        {NUMBERS.map(([name, label]) => (
          <Field
            key={name}
            label={label}
            name={name}
            type="number"
            min="1"
            defaultValue={subject?.[name] ?? ''}
            placeholder="no limit"
          />
        ))}
        <Field
          label="Budget, US dollars"
          name="budget"
          defaultValue={subject?.budget ?? ''}
          placeholder="5/day, 20/month or 100"
          pattern="\d+(\.\d+)?(/(day|month))?"
        />
      </div>
      <Field
        label="Expires"
        name="expires"
        type="date"
        defaultValue={subject?.expires_at?.slice(0, 10) ?? ''}
      />
      {failure && <FailureNote failure={failure} />}
    </Dialog>
  );
}

function termsOf(form: FormData): KeyTerms {
  const text = (name: string) => {
    const value = form.get(name);
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
  };
  const number = (name: string) => (text(name) === null ? null : Number(text(name)));
  const models = form.getAll('models').filter((value) => typeof value === 'string');
  return {
    name: text('name') ?? '',
    role: (text('role') ?? 'chat') as KeyTerms['role'],
    models: models.length === 0 ? null : models,
    rpm: number('rpm'),
    tpm: number('tpm'),
    concurrency: number('concurrency'),
    budget: text('budget'),
    expires: text('expires'),
  };
}
