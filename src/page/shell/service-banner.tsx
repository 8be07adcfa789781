import { effect, signal } from '@preact/signals';
import { returns, service } from '../api/service.ts';
import { Icon } from '../ui/icon.tsx';

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
        <div class="note bad banner">
          <Icon name="alert" />
          <div>
            <strong>Parley can’t be reached.</strong> Trying again all the while; nothing you typed is lost.
          </div>
        </div>
      )}
      {state === 'busy' && (
        <div class="note warn banner">
          <Icon name="alert" />
          <div>
            <strong>Parley takes no chats at the moment.</strong> Its log can’t take answers, or it is
            stopping. <a href="health/ready">Details</a>
          </div>
        </div>
      )}
      {state === 'ready' && isBack.value && (
        <div class="note banner">
          <Icon name="done" />
          <div>Parley is back.</div>
        </div>
      )}
    </div>
  );
}
