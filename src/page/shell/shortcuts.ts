import { signal } from '@preact/signals';
import { beginAnew, isRunning, stopAll } from '../chat/chat-state.ts';
import { focusPrompt } from '../chat/focus-prompt.ts';
import { go, route, VIEWS } from '../route.ts';

export const shortcutsShown = signal(false);

export const SHORTCUTS: readonly (readonly [keys: string, does: string])[] = [
  ['g c', 'Chat'],
  ['g l', 'Log'],
  ['g f', 'Figures'],
  ['g m', 'Models'],
  ['g k', 'Keys'],
  ['/', 'Write a prompt, or search the log'],
  ['n', 'New chat'],
  ['Enter', 'Send; Shift Enter begins a new line'],
  ['Esc', 'Stop the answers, or close what is open'],
  ['↑ ↓', 'Move through the log; Enter opens a row'],
  ['?', 'This list'],
];

/** How long after `g` its second key counts. */
const SEQUENCE_MS = 1200;

let goPressedAt = -Infinity;

/** Single keys act where nothing is being typed. */
export function listenForShortcuts(): void {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') {
      if (isRunning.value && !isCovered()) stopAll();
      return;
    }
    if (isTyping(event.target) || document.querySelector('dialog[open]')) return;
    if (act(event.key)) event.preventDefault();
  });
}

/** Whether something is open over the page, which Escape closes first. */
export function isCovered(): boolean {
  return document.querySelector('dialog[open], :popover-open') !== null;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
  );
}

function act(pressed: string): boolean {
  if (performance.now() - goPressedAt < SEQUENCE_MS) {
    goPressedAt = -Infinity;
    const view = VIEWS.find((name) => name.startsWith(pressed));
    if (view) go(view);
    return view !== undefined;
  }
  switch (pressed) {
    case 'g':
      goPressedAt = performance.now();
      return true;
    case '?':
      shortcutsShown.value = true;
      return true;
    case 'n':
      go('chat');
      beginAnew();
      requestAnimationFrame(focusPrompt);
      return true;
    case '/':
      focusField();
      return true;
    default:
      return false;
  }
}

function focusField(): void {
  if (route.value.view === 'chat') focusPrompt();
  else document.querySelector<HTMLInputElement>('input[type=search]')?.focus();
}
