import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { Button } from './button.tsx';

interface DialogProps {
  title: string;
  /** Absent: it cannot be closed by Escape, only by what it asks for. */
  onClose?: (() => void) | undefined;
  /** What the button says that closes it. */
  closeLabel?: string;
  /** Its other buttons. */
  actions?: ComponentChildren;
  onSubmit?: (form: HTMLFormElement) => void;
  children: ComponentChildren;
}

/** Modal as the browser has it: the focus stays inside and returns where it was. */
export function Dialog({ title, onClose, closeLabel = 'Cancel', actions, onSubmit, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    element?.showModal();
    return () => {
      element?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const onCancel = (event: Event) => {
    event.preventDefault();
    onClose?.();
  };
  const submit = (event: Event) => {
    event.preventDefault();
    onSubmit?.(event.currentTarget as HTMLFormElement);
  };
  return (
    <dialog class="dialog" ref={dialog} aria-labelledby={titleId} onCancel={onCancel}>
      <form onSubmit={submit}>
        <h1 id={titleId}>{title}</h1>
        {children}
        <div class="dialog-actions">
          {onClose && <Button onClick={onClose}>{closeLabel}</Button>}
          {actions}
        </div>
      </form>
    </dialog>
  );
}
