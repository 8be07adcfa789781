/**
 * Calls `onSilence` if a wait takes longer than allowed. It looks at the sockets once more before it does: a process
 * that was stopped for a while finds its timers due before it has read what arrived meanwhile.
 */
export class SilenceTimer {
  private timer: NodeJS.Timeout | undefined;
  private ms: number | undefined;
  private running = false;
  private lastLook: NodeJS.Immediate | undefined;

  constructor(private readonly onSilence: () => void) {}

  /**
   * Starts, or starts again; at most `ms` from now. A pause leaves the timer in place, to be refreshed: it is paused and
   * started for every token, and a timer made for each costs 5 to 10 % of the token with 500 streams open.
   */
  start(ms: number): void {
    clearImmediate(this.lastLook);
    this.running = true;
    if (ms === this.ms) this.timer?.refresh();
    else {
      clearTimeout(this.timer);
      this.ms = ms;
      this.timer = setTimeout(this.onDue, ms);
    }
  }

  pause(): void {
    this.running = false;
    clearImmediate(this.lastLook);
  }

  /** For good. */
  stop(): void {
    this.pause();
    clearTimeout(this.timer);
  }

  private readonly onDue = (): void => {
    if (this.running) this.lastLook = setImmediate(this.onSilence);
  };
}
