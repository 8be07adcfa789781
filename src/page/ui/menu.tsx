import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface MenuProps {
  label: ComponentChildren;
  /** For who cannot see the label. */
  name?: string;
  buttonClass?: string;
  class?: string;
  children: ComponentChildren;
}

/** A button that unfolds a list of actions: a `details` that closes on Escape, a choice, or a click elsewhere. */
export function Menu({ label, name, buttonClass = 'button quiet', class: extra = '', children }: MenuProps) {
  const details = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const menu = details.current;
    const onPress = ({ target }: Event) => {
      if (menu?.open && target instanceof Node && !menu.contains(target)) menu.open = false;
    };
    document.addEventListener('pointerdown', onPress);
    return () => {
      document.removeEventListener('pointerdown', onPress);
    };
  }, []);
  const close = () => {
    if (details.current) details.current.open = false;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && details.current?.open) {
      event.stopPropagation();
      close();
      details.current.querySelector('summary')?.focus();
    }
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') step(event, details.current);
  };
  return (
    <details class={`menu ${extra}`} ref={details} onKeyDown={onKeyDown}>
      <summary class={buttonClass} aria-label={name}>
        {label}
      </summary>
      <div class="menu-items" onClick={close}>
        {children}
      </div>
    </details>
  );
}

function step(event: KeyboardEvent, menu: HTMLDetailsElement | null): void {
  if (!menu?.open) return;
  event.preventDefault();
  const items = [...menu.querySelectorAll<HTMLElement>('.menu-items > :is(button, a)')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const next = event.key === 'ArrowDown' ? at + 1 : at - 1;
  items[(next + items.length) % items.length]?.focus();
}
