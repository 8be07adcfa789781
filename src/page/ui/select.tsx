interface SelectProps {
  /** For screen readers, where no label stands around it. */
  label?: string;
  value: string;
  /** Values and what they are called, in order. */
  options: readonly (readonly [value: string, name: string])[];
  onChoose: (value: string) => void;
}

export function Select({ label, value, options, onChoose }: SelectProps) {
  return (
    <select
      class="input"
      aria-label={label}
      value={value}
      onChange={({ currentTarget }) => onChoose(currentTarget.value)}
    >
      {options.map(([each, name]) => (
        <option key={each} value={each}>
          {name}
        </option>
      ))}
    </select>
  );
}
