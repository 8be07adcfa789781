import type { Key } from '../api/types.ts';
import { count, dollars, NONE, wholeMoment } from '../format.ts';
import { hrefOf } from '../route.ts';
import { Menu } from '../ui/menu.tsx';
import { TableHead } from '../ui/table-head.tsx';
import type { KeyTask } from './keys-view.tsx';

const COLUMNS = [
  ...['Name', 'Role', 'Models', 'Limits', 'Budget', 'Expires'].map((name) => ({ name })),
  { name: 'Actions', unseen: true },
];

const TASKS = [
  ['edit', 'Change limits'],
  ['rotate', 'New secret'],
  ['revoke', 'Revoke'],
] as const;

export function KeyTable({ keys, onTask }: { keys: readonly Key[]; onTask: (task: KeyTask) => void }) {
  return (
    <div class="table-scroll keys-table" tabIndex={0} role="region" aria-label="Keys">
      <table class="table">
        <TableHead columns={COLUMNS} />
        <tbody>
          {keys.map((key) => (
            <KeyLine key={key.id} subject={key} onTask={onTask} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function KeyLine({ subject, onTask }: { subject: Key; onTask: (task: KeyTask) => void }) {
  const { id, name, role, models, revoked_at, expires_at } = subject;
  const isOver = revoked_at !== null;
  return (
    <tr class={isOver ? 'over' : undefined}>
      <th scope="row">
        {name}
        <br />
        <code class="muted">{id}</code>
      </th>
      <td>
        <span class="tag">{role}</span>
      </td>
      <td>{models === null ? 'all' : models.join(', ')}</td>
      <td>{limitsOf(subject)}</td>
      <td>
        <Spending subject={subject} />
      </td>
      <td>{isOver ? <span class="tag bad">revoked</span> : expires_at ? wholeMoment(expires_at) : NONE}</td>
      <td>
        {!isOver && (
          <Menu name={`Actions for ${name}`} icon="sliders">
            <a href={hrefOf('log', { key: id })}>Its rows</a>
            {TASKS.map(([kind, label]) => (
              <button
                type="button"
                key={kind}
                class={kind === 'revoke' ? 'danger' : undefined}
                onClick={() => onTask({ kind, subject })}
              >
                {label}
              </button>
            ))}
          </Menu>
        )}
      </td>
    </tr>
  );
}

/** `2 of 60 chats a minute`. */
function limitsOf({ rpm, tpm, concurrency, usage }: Key): string {
  const { requests, tokens, parallel } = usage;
  const used = (minute: typeof requests) => (minute === null ? 0 : minute.limit - minute.remaining);
  const parts = [
    rpm === null ? '' : `${count(used(requests))} of ${count(rpm)} chats a minute`,
    tpm === null ? '' : `${count(used(tokens))} of ${count(tpm)} tokens a minute`,
    concurrency === null ? '' : `${count(parallel)} of ${count(concurrency)} at once`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'none' : parts.join(', ');
}

function Spending({ subject: { budget, usage, name } }: { subject: Key }) {
  if (budget === null) return <>none</>;
  const limit = `$${budget.replace('/', ' a ')}`;
  const use = usage.budget;
  if (use?.spent == null) return <>{limit}</>;
  const share = use.limit > 0 ? Math.min(1, (use.spent + use.held) / use.limit) : 1;
  const label = `${name} has used ${Math.round(share * 100)} % of its budget`;
  return (
    <>
      <span class="numeric">
        {dollars(use.spent)} of {limit}
        {use.held > 0 && `, ${dollars(use.held)} held`}
      </span>
      <span class={`meter ${share >= 1 ? 'full' : ''}`} role="img" aria-label={label}>
        <span style={{ width: `${share * 100}%` }} />
      </span>
    </>
  );
}
