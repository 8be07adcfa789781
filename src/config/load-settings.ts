import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { SettingsError } from './settings-error.js';
import { Settings } from './settings.js';

/** The variables that are a property of Settings. Those of models and providers have names of their own. */
export const SETTING_NAMES: readonly string[] = ['OPENROUTER_API_KEY', ...Object.keys(new Settings())];

/**
 * Reads the settings from environment variables; an empty variable counts as not set.
 * Throws SettingsError that names every variable at fault and its rule, never its value.
 */
export function loadSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const given = SETTING_NAMES.flatMap((name): [string, string][] => {
    const value = environment[name];
    return value ? [[name, value]] : [];
  });
  const settings = plainToInstance(Settings, Object.fromEntries(given), { exposeDefaultValues: true });
  const faults = validateSync(settings).map(
    ({ property, constraints = {} }) => `${property} ${Object.values(constraints)[0] ?? 'is not valid'}`,
  );
  if (faults.length > 0) throw new SettingsError(faults.join('; '));
  return settings;
}
