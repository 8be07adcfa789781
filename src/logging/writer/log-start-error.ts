/** The log cannot be opened. */
export class LogStartError extends Error {
  override readonly name = 'LogStartError';

  /**
   * @param message one line for the operator, with paths: never send it to a client
   * @param reason the same without paths
   */
  constructor(
    message: string,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The reason for health checks. Node's own messages end in paths: `EACCES: permission denied, open '/data/x'`. */
export function reasonOf(error: unknown): string {
  if (error instanceof LogStartError) return error.reason;
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined ? message : (message.split(',', 1)[0] ?? code);
}
