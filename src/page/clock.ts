import { signal } from '@preact/signals';

/** Date.now(), as often as figures on the screen need it. */
export const now = signal(Date.now());

const TICK_MS = 100;

export function startClock(): void {
  setInterval(() => {
    if (!document.hidden) now.value = Date.now();
  }, TICK_MS);
}
