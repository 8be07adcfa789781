/** A start that is told to stop has this long to release what it holds, such as the lock of the log. */
const START_GRACE_MS = 1_500;

/** The current reaction to SIGTERM and SIGINT. */
let onSignal: () => void = () => process.exit(0);
/** Set if a signal arrived during the start. */
let held: NodeJS.Timeout | undefined;

/**
 * Handles the signals that stop the service. At first it exits at once, because nothing has been created yet. Process 1
 * of a container would otherwise ignore them, so this comes before everything else.
 */
export function listenForStopSignals(): void {
  process.on('SIGTERM', () => {
    onSignal();
  });
  process.on('SIGINT', () => {
    onSignal();
  });
}

/** From now on a signal waits for `stopWith`: exiting in between would leave a half-made lock behind. */
export function holdStopSignals(): void {
  onSignal = () => {
    // Does not wait for a start that hangs, e.g. on an unresponsive database.
    held ??= setTimeout(() => process.exit(0), START_GRACE_MS);
  };
}

/** From now on the first signal, even one that has already arrived, stops gracefully; any further one hurries. */
export function stopWith(stop: () => void, hurry: () => void): void {
  onSignal = () => {
    onSignal = hurry;
    stop();
  };
  if (held) {
    clearTimeout(held);
    onSignal();
  }
}
