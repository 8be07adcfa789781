import type { ComponentChildren } from 'preact';
import { useId, useRef } from 'preact/hooks';
import { Icon, type IconName } from './icon.tsx';

interface MenuProps {
  icon?: IconName;
  label?: ComponentChildren;
  /** For who cannot see the label. */
  name?: string;
  buttonClass?: string;
  isPressed?: boolean;
  /** Of what opens. */
  class?: string;
  children: ComponentChildren;
}

const GAP_PX = 4;
const EDGE_PX = 8;

/** A button and what it opens over the page: a popover, which Escape, a choice or a press elsewhere closes. */
export function Menu({
  icon,
  label,
  name,
  buttonClass = 'button quiet',
  isPressed,
  class: extra = '',
  children,
}: MenuProps) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const items = useRef<HTMLDivElement>(null);
  const onBeforeToggle = () => {
    if (button.current && items.current) place(items.current, button.current.getBoundingClientRect());
  };
  const onClick = ({ target }: Event) => {
    if (target instanceof Element && target.closest('button, a')) items.current?.hidePopover();
  };
  return (
    <div class="menu" onKeyDown={(event) => step(event, items.current)}>
      <button
        type="button"
        class={buttonClass}
        ref={button}
        popovertarget={id}
        aria-label={name}
        aria-pressed={isPressed}
      >
        {icon && <Icon name={icon} />}
        {label}
      </button>
      <div
        id={id}
        class={`menu-items ${extra}`}
        ref={items}
        popover="auto"
        onBeforeToggle={onBeforeToggle}
        onClick={onClick}
      >
        {children}
      </div>
    </div>
  );
}

/** On the side of the button where the window has more space, and never beyond its edge. */
function place({ style }: HTMLElement, { left, right, top, bottom }: DOMRect): void {
  const isLeft = left + right < innerWidth;
  const isUpper = top + bottom < innerHeight;
  const inner = isLeft ? left : innerWidth - right;
  style.inset = 'auto';
  style[isLeft ? 'left' : 'right'] = `${Math.max(EDGE_PX, inner)}px`;
  style[isUpper ? 'top' : 'bottom'] = `${(isUpper ? bottom : innerHeight - top) + GAP_PX}px`;
  style.maxWidth = `min(24rem, ${innerWidth - Math.max(EDGE_PX, inner) - EDGE_PX}px)`;
}

function step(event: KeyboardEvent, menu: HTMLElement | null): void {
  if ((event.key !== 'ArrowDown' && event.key !== 'ArrowUp') || !menu?.matches(':popover-open')) return;
  const items = [...menu.querySelectorAll<HTMLElement>(':scope > :is(button, a)')];
  if (items.length === 0) return;
  event.preventDefault();
  const at = items.indexOf(document.activeElement as HTMLElement);
  const next = event.key === 'ArrowDown' ? at + 1 : Math.max(at, 0) - 1;
  items[(next + items.length) % items.length]?.focus();
}
