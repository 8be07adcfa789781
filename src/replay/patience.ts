import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceFailure } from './service-failure.js';

/** Maximum time, in all, that a prompt waits for a limit to admit it. */
const LIMIT_PATIENCE_MS = 15 * 60_000;
const TRIES = 4;
const FIRST_PAUSE_MS = 250;
/** Failures that the next prompt would have too: the operator or the payer of the key has to act. */
const HOPELESS: ReadonlySet<string> = new Set([
  'not_parley',
  'forbidden',
  'model_not_allowed',
  'model_not_found',
  'upstream_auth',
  'upstream_out_of_credit',
]);

/** Nothing more is sent, for this reason. The answers so far can be reported, and the replay resumed. */
export class ReplayStopped extends Error {}

/** Retries what the service says can be retried, when it says so. A requested pause applies to all calls. */
export class Patience {
  private resumeAt = 0;

  /** @param onPause is called for each pause, with its length in ms and its reason */
  constructor(private readonly onPause: (ms: number, reason: string) => void) {}

  /**
   * Throws ServiceFailure if only this call fails, ReplayStopped if all others would too, or the reason of `signal`,
   * which ends pauses.
   */
  async attempt<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const began = Date.now();
    for (let tries = 1; ; tries++) {
      await this.pause(signal);
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof ServiceFailure)) throw error;
        const pause = pauseAfter(error, tries, Date.now() - began);
        if (pause === undefined) throw isHopeless(error) ? new ReplayStopped(error.message) : error;
        this.resumeAt = Math.max(this.resumeAt, Date.now() + pause);
        this.onPause(pause, error.message);
      }
    }
  }

  private async pause(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    for (let left = this.resumeAt - Date.now(); left > 0; left = this.resumeAt - Date.now())
      await sleep(left, undefined, { signal }).catch(() => {
        signal.throwIfAborted();
      });
  }
}

/** In ms; undefined: do not retry. */
function pauseAfter(
  { status, retryAfterS }: ServiceFailure,
  tries: number,
  spentMs: number,
): number | undefined {
  if (status === 429 && retryAfterS !== undefined) {
    const pause = Math.max(1, retryAfterS) * 1000;
    return spentMs + pause <= LIMIT_PATIENCE_MS ? pause : undefined;
  }
  if (tries >= TRIES) return undefined;
  if (status === 0) return FIRST_PAUSE_MS * 2 ** tries;
  return retryAfterS === undefined ? undefined : retryAfterS * 1000;
}

function isHopeless({ status, code }: ServiceFailure): boolean {
  return [0, 401, 402, 429].includes(status) || HOPELESS.has(code);
}
