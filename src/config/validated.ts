import { plainToInstance, type ClassConstructor } from 'class-transformer';
import { validateSync } from 'class-validator';
import { SettingsError } from './settings-error.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * An instance with these values and the defaults of its class; an empty value counts as not set. Throws SettingsError
 * that names every invalid variable (`prefix` and property) and its rule, never its value.
 */
export function validated<T extends object>(type: ClassConstructor<T>, values: Environment, prefix = ''): T {
  const given = Object.entries(values).filter(([, value]) => value);
  const instance = plainToInstance(type, Object.fromEntries(given), { exposeDefaultValues: true });
  const faults = validateSync(instance).map(
    ({ property, constraints = {} }) =>
      `${prefix}${property} ${Object.values(constraints)[0] ?? 'is not valid'}`,
  );
  if (faults.length > 0) throw new SettingsError(faults.join('; '));
  return instance;
}
