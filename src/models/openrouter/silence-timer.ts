/**
 * Calls `onSilence` if a wait takes longer than allowed. It looks at the sockets once more before it does: a process
 * that was stopped for a while finds its timers due before it has read what arrived meanwhile.
 */
export class SilenceTimer {
  private timer: NodeJS.Timeout | undefined;
  private lastLook: NodeJS.Immediate | undefined;

  constructor(private readonly onSilence: () => void) {}

  /** Starts, or starts again; at most `ms` from now. */
  start(ms: number): void {
    this.stop();
    this.timer = setTimeout(() => {
      this.lastLook = setImmediate(this.onSilence);
    }, ms);
  }

  stop(): void {
    clearTimeout(this.timer);
    clearImmediate(this.lastLook);
  }
}
