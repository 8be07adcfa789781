interface Column {
  readonly name: string;
  /** What the figures below are, in small. */
  readonly note?: string;
  readonly numeric?: boolean;
  /** For screen readers only. */
  readonly unseen?: boolean;
}

/** The line of headings of a table. */
export function TableHead({ columns }: { columns: readonly Column[] }) {
  return (
    <thead>
      <tr>
        {columns.map(({ name, note, numeric, unseen }) => (
          <th scope="col" key={name} class={numeric ? 'numeric' : undefined}>
            {unseen ? <span class="unseen">{name}</span> : name} {note && <small>{note}</small>}
          </th>
        ))}
      </tr>
    </thead>
  );
}
