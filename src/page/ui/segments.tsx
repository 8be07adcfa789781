import { useId } from 'preact/hooks';

interface SegmentsProps<T extends string> {
  label: string;
  value: T;
  items: readonly (readonly [value: T, name: string])[];
  onChoose: (value: T) => void;
}

/** One of a few: radio buttons in a row. */
export function Segments<T extends string>({ label, value, items, onChoose }: SegmentsProps<T>) {
  const group = useId();
  return (
    <div class="segments" role="radiogroup" aria-label={label}>
      {items.map(([item, name]) => (
        <label key={item}>
          <input type="radio" name={group} checked={item === value} onChange={() => onChoose(item)} />
          {name}
        </label>
      ))}
    </div>
  );
}
