/** The environment does not allow a start. The message is one line for the operator: variable and rule, never the value. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}
