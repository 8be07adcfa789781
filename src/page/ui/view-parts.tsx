import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon.tsx';

interface ViewHeadProps {
  title: string;
  /** Beside the title. */
  beside?: ComponentChildren;
  /** What can be done, at the end of the line. */
  children?: ComponentChildren;
}

export function ViewHead({ title, beside, children }: ViewHeadProps) {
  return (
    <header class="view-head">
      <h1>{title}</h1>
      {beside}
      <div class="head-actions">{children}</div>
    </header>
  );
}

interface BlankProps {
  icon: IconName;
  title: string;
  /** What to do about it. */
  action?: ComponentChildren;
  children: ComponentChildren;
}

/** In place of what a view shows, where there is nothing yet. */
export function Blank({ icon, title, action, children }: BlankProps) {
  return (
    <div class="blank">
      <Icon name={icon} />
      <strong>{title}</strong>
      <p>{children}</p>
      {action}
    </div>
  );
}

/** In place of what is being read. */
export function Skeleton({ label, lines = 1, class: extra = '' }: SkeletonProps) {
  return (
    <div class={`skeletons ${extra}`} role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, line) => (
        <div class="skeleton" key={line} />
      ))}
    </div>
  );
}

interface SkeletonProps {
  label: string;
  lines?: number;
  class?: string;
}
