import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

interface DialogProps {
  title: string;
  /** Absent: it cannot be closed by Escape, only by what it asks for. */
  onClose?: (() => void) | undefined;
  children: ComponentChildren;
}

/** Modal as the browser has it: the focus stays inside and returns where it was. */
export function Dialog({ title, onClose, children }: DialogProps) {
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
  return (
    <dialog class="dialog" ref={dialog} aria-labelledby={titleId} onCancel={onCancel}>
      <div>
        <h1 id={titleId}>{title}</h1>
        {children}
      </div>
    </dialog>
  );
}
