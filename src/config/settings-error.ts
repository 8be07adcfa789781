/** The environment prevents a start. The message is one line for the operator: variable and rule, never the value. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

export function openRouterKeyMissing(): SettingsError {
  return new SettingsError(
    'OPENROUTER_API_KEY must be set: your OpenRouter key (no key? `npm run demo` needs none)',
  );
}
