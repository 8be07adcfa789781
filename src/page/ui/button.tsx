import type { ButtonHTMLAttributes, ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon.tsx';

interface ButtonProps extends Omit<ButtonHTMLAttributes, 'icon' | 'label' | 'class'> {
  kind?: 'plain' | 'quiet' | 'primary' | 'danger';
  icon?: IconName;
  /** What it does, where it shows its icon only. */
  only?: string;
  class?: string;
  children?: ComponentChildren;
}

export function Button({ kind = 'plain', icon, only, class: extra = '', children, ...rest }: ButtonProps) {
  const size = only === undefined ? '' : 'icon-only';
  return (
    <button type="button" class={`button ${kind} ${size} ${extra}`} aria-label={only} title={only} {...rest}>
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}
