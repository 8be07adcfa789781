import { effect, signal } from '@preact/signals';
import { returns, service } from '../api/service.ts';
import { Note } from '../ui/note.tsx';

const BACK_SHOWN_MS = 4000;

const isBack = signal(false);

effect(() => {
  if (returns.value === 0) return;
  isBack.value = true;
  setTimeout(() => {
    isBack.value = false;
  }, BACK_SHOWN_MS);
});

/** Whether the service is there, while that is not as it should be. */
export function ServiceBanner() {
  const state = service.value;
  return (
    <div class="banner-place" aria-live="polite">
      {state === 'gone' && (
        <Note kind="bad" class="banner" title="Parley can’t be reached." isAlert={false}>
          Trying again all the while; nothing you typed is lost.
        </Note>
      )}
      {state === 'busy' && (
        <Note kind="warn" class="banner" title="Parley takes no chats at the moment.">
          Its log can’t take answers, or it is stopping. <a href="health/ready">Details</a>
        </Note>
      )}
      {state === 'ready' && isBack.value && <Note class="banner">Parley is back.</Note>}
    </div>
  );
}
