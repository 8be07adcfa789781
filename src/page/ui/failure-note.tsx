import type { Failure } from '../api/failure.ts';
import { titleOf } from '../api/failure.ts';
import { wait } from '../format.ts';
import { now } from '../clock.ts';
import { Button } from './button.tsx';
import { Note } from './note.tsx';

interface FailureNoteProps {
  failure: Failure;
  /** How to try again; the button waits for as long as the service asked. */
  onRetry?: (() => void) | undefined;
}

/** What went wrong, in words, and what to do about it. A missing key is asked for in a dialog of its own. */
export function FailureNote({ failure, onRetry }: FailureNoteProps) {
  const left = failure.retryAt === undefined ? 0 : failure.retryAt - now.value;
  const isSoft = failure.status === 429 || failure.status === 402;
  if (failure.status === 401) return null;
  return (
    <Note kind={isSoft ? 'warn' : 'bad'} title={titleOf(failure)} isAlert>
      {failure.message}
      {onRetry && (
        <div class="actions">
          <Button icon="again" disabled={left > 0} onClick={onRetry}>
            {left > 0 ? `Try again in ${wait(left)}` : 'Try again'}
          </Button>
        </div>
      )}
    </Note>
  );
}
