/** What SIGTERM and SIGINT do at present; the second of them does what the first leaves here. */
let onSignal: () => void = () => process.exit(0);

/**
 * Listens for the signals that ask the service to stop. Until `stopWith` says otherwise it exits at once: nothing has
 * been answered yet. As process 1 of a container it would otherwise not even notice, so this comes before all else.
 */
export function listenForStopSignals(): void {
  process.on('SIGTERM', () => {
    onSignal();
  });
  process.on('SIGINT', () => {
    onSignal();
  });
}

/** From now on the first signal stops gracefully, and any further one hurries. */
export function stopWith(stop: () => void, hurry: () => void): void {
  onSignal = () => {
    onSignal = hurry;
    stop();
  };
}
