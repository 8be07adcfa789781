import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceFailure } from './service-failure.js';

/** A prompt waits no longer than this, in all, for a limit to let it through. */
const LIMIT_PATIENCE_MS = 15 * 60_000;
const TRIES = 4;
const FIRST_PAUSE_MS = 250;
/** The next prompt would meet the same: who runs the service, or pays for the key, has to act. */
const HOPELESS: ReadonlySet<string> = new Set([
  'not_parley',
  'forbidden',
  'model_not_allowed',
  'model_not_found',
  'upstream_auth',
  'upstream_out_of_credit',
]);

/** Nothing more is sent, for this reason. What there is can be reported, and continued. */
export class ReplayStopped extends Error {}

/** Repeats what the service says can be repeated, when it says so. A pause that it asks for holds for all alike. */
export class Patience {
  private resumeAt = 0;

  /** @param onPause is told of each pause, in ms, and what it is for */
  constructor(private readonly onPause: (ms: number, reason: string) => void) {}

  /**
   * Throws ServiceFailure where this one call does not succeed, ReplayStopped where no other would either, or the
   * reason of `signal`, which ends pauses.
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

/** In ms; undefined: not to be repeated. */
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
