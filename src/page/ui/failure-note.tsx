import type { ComponentChildren } from 'preact';
import type { Failure } from '../api/failure.ts';
import { titleOf } from '../api/failure.ts';
import { wait } from '../format.ts';
import { now } from '../clock.ts';
import { Icon } from './icon.tsx';

interface FailureNoteProps {
  failure: Failure;
  /** How to try again; the button waits for as long as the service asked. */
  onRetry?: (() => void) | undefined;
  children?: ComponentChildren;
}

/** What went wrong, in words, and what to do about it. */
export function FailureNote({ failure, onRetry, children }: FailureNoteProps) {
  const left = failure.retryAt === undefined ? 0 : failure.retryAt - now.value;
  const isSoft = failure.status === 429 || failure.status === 402;
  return (
    <div class={`note ${isSoft ? 'warn' : 'bad'}`} role="alert">
      <Icon name="alert" />
      <div>
        <strong>{titleOf(failure)}</strong>
        {failure.message}
        <div class="actions">
          {onRetry && (
            <button type="button" class="button" disabled={left > 0} onClick={onRetry}>
              <Icon name="again" />
              {left > 0 ? `Try again in ${wait(left)}` : 'Try again'}
            </button>
          )}
          {children}
        </div>
      </div>
    </div>
  );
}
