import type { ComponentChildren } from 'preact';
import { Icon } from './icon.tsx';

interface NoteProps {
  kind?: 'bad' | 'warn' | 'plain';
  title?: string;
  /** Read out at once: it appears while somebody waits. */
  isAlert?: boolean;
  class?: string;
  children?: ComponentChildren;
}

export function Note({
  kind = 'plain',
  title,
  isAlert = kind === 'bad',
  class: extra = '',
  children,
}: NoteProps) {
  return (
    <div class={`note ${kind} ${extra}`} role={isAlert ? 'alert' : undefined}>
      <Icon name={kind === 'plain' ? 'done' : 'alert'} />
      <div>
        {title && <strong>{title}</strong>} {children}
      </div>
    </div>
  );
}
