import { openRouterKeyMissing } from './settings-error.js';
import { Settings } from './settings.js';
import { validated, type Environment } from './validated.js';

/** The variables that are properties of Settings. Those of models and providers are named separately. */
export const SETTING_NAMES: readonly string[] = Object.keys(new Settings());

/** Reads the settings from environment variables. Throws SettingsError. */
export function loadSettings(environment: Environment): Settings {
  const values = SETTING_NAMES.map((name) => [name, environment[name]] as const);
  const settings = validated(Settings, Object.fromEntries(values));
  // Which slugs are OpenRouter's is known later. Without providers all of them are, and nothing has been opened yet.
  const hasProviders = Object.keys(environment).some((name) => name.startsWith('PROVIDER_'));
  if (settings.OPENROUTER_API_KEY === '' && !hasProviders) throw openRouterKeyMissing();
  return settings;
}
