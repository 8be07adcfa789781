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
