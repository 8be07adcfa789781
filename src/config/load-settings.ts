import { openRouterKeyMissing } from './settings-error.js';
import { Settings } from './settings.js';
import { validated, type Environment } from './validated.js';

/** The variables that are a property of Settings. Those of models and providers have names of their own. */
export const SETTING_NAMES: readonly string[] = Object.keys(new Settings());

/** Reads the settings from environment variables. Throws SettingsError. */
export function loadSettings(environment: Environment): Settings {
  const values = SETTING_NAMES.map((name) => [name, environment[name]] as const);
  const settings = validated(Settings, Object.fromEntries(values));
  // Whether a slug lives at OpenRouter is known later, but where else could it, and nothing has been opened yet.
  const hasProviders = Object.keys(environment).some((name) => name.startsWith('PROVIDER_'));
  if (settings.OPENROUTER_API_KEY === '' && !hasProviders) throw openRouterKeyMissing();
  return settings;
}
