import type { ComponentChildren, InputHTMLAttributes } from 'preact';

interface FieldProps extends Omit<InputHTMLAttributes, 'label' | 'onInput' | 'class'> {
  class?: string;
  label: ComponentChildren;
  /** In small, below. */
  note?: string;
  onText?: (text: string) => void;
}

/** A labelled line of text. */
export function Field({ label, note, onText, class: extra = '', ...rest }: FieldProps) {
  return (
    <label class="field">
      {label}
      <input
        class={`input ${extra}`}
        onInput={({ currentTarget }) => onText?.(currentTarget.value)}
        {...rest}
      />
      {note && <small>{note}</small>}
    </label>
  );
}

interface CheckProps extends Omit<InputHTMLAttributes, 'label' | 'type'> {
  label: string;
}

export function Check({ label, ...rest }: CheckProps) {
  return (
    <label class="check">
      <input type="checkbox" {...rest} />
      {label}
    </label>
  );
}
