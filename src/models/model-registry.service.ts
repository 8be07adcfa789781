import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { DiscoveryService } from '@nestjs/core';
import { SettingsError } from '../config/settings-error.js';
import { ModelAdapter } from './model.adapter.js';
import { Model, type ModelDefinition } from './model.decorator.js';
import { ModelSlugs } from './model-slugs.js';
import { upstreamVariable } from './upstream-variable.js';

export interface RegisteredModel {
  readonly definition: ModelDefinition;
  readonly adapter: ModelAdapter;
  readonly slugs: ModelSlugs;
}

const NAME = /^[a-z0-9][a-z0-9.-]{0,63}$/;
const SLUG = /^[\w~@][\w.:/@~-]{0,199}$/;

/** Finds every provider that carries `@Model(…)`, so that adding a model is adding a module. */
@Injectable()
export class ModelRegistry implements OnModuleInit {
  private readonly logger = new Logger(ModelRegistry.name);
  private readonly models = new Map<string, RegisteredModel>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly config: ConfigService,
  ) {}

  onModuleInit(): void {
    for (const provider of this.discovery.getProviders()) {
      const instance: unknown = provider.instance;
      const definition = provider.metatype && this.discovery.getMetadataByDecorator(Model, provider);
      if (definition) this.register(definition, instance);
      else if (instance instanceof ModelAdapter)
        this.logger.warn(`${provider.name} extends ModelAdapter but has no @Model(…): nobody can ask for it`);
    }
  }

  /** Registered names, in alphabetical order. */
  get names(): readonly string[] {
    return [...this.models.keys()].sort();
  }

  get all(): readonly RegisteredModel[] {
    return this.names.flatMap((name) => this.models.get(name) ?? []);
  }

  get(name: string): RegisteredModel | undefined {
    return this.models.get(name);
  }

  private register(definition: ModelDefinition, adapter: unknown): void {
    const { name } = definition;
    if (!NAME.test(name)) throw new SettingsError(`@Model name "${name}" must match ${NAME.source}`);
    if (this.models.has(name))
      throw new SettingsError(`two adapters carry @Model name "${name}"; names must be unique`);
    if (!(adapter instanceof ModelAdapter))
      throw new SettingsError(`the provider with @Model name "${name}" must extend ModelAdapter`);
    this.models.set(name, {
      definition,
      adapter,
      slugs: new ModelSlugs(this.upstreamOf(definition), () => performance.now()),
    });
  }

  /** The definition's slugs, or those of `<NAME>_UPSTREAM`. */
  private upstreamOf({ name, upstream }: ModelDefinition): readonly string[] {
    const variable = upstreamVariable(name);
    const value = this.config.get<string>(variable);
    const slugs = value ? value.split(',').map((slug) => slug.trim()) : upstream;
    if (slugs.length === 0 || !slugs.every((slug) => SLUG.test(slug)))
      throw new SettingsError(`${variable} must be a comma-separated list of upstream model names`);
    return slugs;
  }
}
