import { Settings } from './settings.js';
import { validated, type Environment } from './validated.js';

/** The variables that are a property of Settings. Those of models and providers have names of their own. */
export const SETTING_NAMES: readonly string[] = Object.keys(new Settings());

/** Reads the settings from environment variables. Throws SettingsError. */
export function loadSettings(environment: Environment): Settings {
  return validated(Settings, Object.fromEntries(SETTING_NAMES.map((name) => [name, environment[name]])));
}
