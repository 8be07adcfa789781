/** A start that was told to stop gets this long to take back what it has made, such as the lock of the log. */
const START_GRACE_MS = 1_500;

/** What SIGTERM and SIGINT do at present. */
let onSignal: () => void = () => process.exit(0);
/** Runs if a signal came during the start. */
let held: NodeJS.Timeout | undefined;

/**
 * Listens for the signals that ask the service to stop. Until told otherwise it exits at once: nothing has been made
 * yet. As process 1 of a container it would otherwise not even notice, so this comes before all else.
 */
export function listenForStopSignals(): void {
  process.on('SIGTERM', () => {
    onSignal();
  });
  process.on('SIGINT', () => {
    onSignal();
  });
}

/** From now on a signal waits for `stopWith`, as exiting in the middle would leave a half-made lock behind. */
export function holdStopSignals(): void {
  onSignal = () => {
    // A start that hangs, e.g. on a database that does not answer, is not waited for.
    held ??= setTimeout(() => process.exit(0), START_GRACE_MS);
  };
}

/** From now on the first signal stops gracefully, also one that came before, and any further one hurries. */
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
