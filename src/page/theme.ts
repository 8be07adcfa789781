import { effect, signal } from '@preact/signals';

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const STORED = 'parley.theme';

/** `auto` follows the system. A preference of the reader, not a secret: it may outlive the tab. */
export const theme = signal<Theme>(THEMES.find((name) => name === localStorage.getItem(STORED)) ?? 'auto');

/** Counts changes of what is seen, for what is drawn rather than styled. */
export const repaints = signal(0);

export function applyTheme(): void {
  effect(() => {
    if (theme.value === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme.value;
    localStorage.setItem(STORED, theme.value);
    repaints.value = repaints.peek() + 1;
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    repaints.value += 1;
  });
}
