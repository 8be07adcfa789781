import { MODULE_METADATA } from '@nestjs/common/constants.js';
import { ModelVariables } from '../../config/model-variables.js';
import type { Environment } from '../../config/validated.js';
import { Model, type ModelDefinition } from '../../models/model.decorator.js';
import { ModelsModule } from '../../models/models.module.js';

/** The model names of a service with this environment, without starting one. Throws SettingsError. */
export function configuredModels(environment: Environment): string[] {
  const adapters = listed(MODULE_METADATA.IMPORTS, ModelsModule).flatMap((module) =>
    listed(MODULE_METADATA.PROVIDERS, module),
  );
  const definitions = adapters.flatMap(
    (adapter) => (metadata(Model.KEY, adapter) ?? []) as ModelDefinition[],
  );
  return [...definitions.map(({ name }) => name), ...new ModelVariables(environment).models.keys()];
}

function listed(key: string, target: unknown): readonly unknown[] {
  return (metadata(key, target) ?? []) as readonly unknown[];
}

function metadata(key: string, target: unknown): unknown {
  return typeof target === 'function' ? Reflect.getMetadata(key, target) : undefined;
}
