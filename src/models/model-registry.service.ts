import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { ModelVariables, upstreamVariable, type NamedValue } from '../config/model-variables.js';
import { SettingsError } from '../config/settings-error.js';
import { Settings } from '../config/settings.js';
import { ModelAdapter } from './model.adapter.js';
import { Model, type ModelDefinition } from './model.decorator.js';
import { ModelSlugs, type Place } from './model-slugs.js';
import type { Price } from './openrouter/catalogue-listing.js';
import { Providers } from './providers/providers.service.js';
import { statedPrice } from './stated-price.js';

export interface RegisteredModel {
  readonly definition: ModelDefinition;
  /** Calls the slugs that name no provider. */
  readonly adapter: ModelAdapter;
  readonly slugs: ModelSlugs;
  /** From `MODEL_<NAME>_PRICE`, for slugs without a listed price. */
  readonly price: Price | undefined;
}

const NAME = /^[a-z0-9][a-z0-9.-]{0,63}$/;
const SLUG = /^[\w~@/.][\w.:/@~-]{0,199}$/;
/** `qwen3:8b@ollama`; not `@preset/name`, which is a slug at OpenRouter. */
const AT_PROVIDER = /^(.+)@([\w-]+)$/;
/** Number of client-chosen slugs to remember, with whether each is set aside. */
const MOST_OTHERS = 1_000;

/** Finds all models: providers with `@Model(…)`, so that adding a model is adding a module, and `MODEL_<NAME>`. */
@Injectable()
export class ModelRegistry implements OnModuleInit {
  private readonly logger = new Logger(ModelRegistry.name);
  private readonly models = new Map<string, RegisteredModel>();
  private readonly others = new Map<string, RegisteredModel>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly variables: ModelVariables,
    private readonly providers: Providers,
    private readonly settings: Settings,
  ) {}

  onModuleInit(): void {
    for (const provider of this.discovery.getProviders()) {
      const instance: unknown = provider.instance;
      const definition = provider.metatype && this.discovery.getMetadataByDecorator(Model, provider);
      if (definition) this.registerModule(definition, instance);
      else if (instance instanceof ModelAdapter)
        this.logger.warn(`${provider.name} extends ModelAdapter but has no @Model(…): nobody can ask for it`);
    }
    for (const [name, slugs] of this.variables.models) this.registerVariable(name, slugs);
    for (const [name, { variable }] of this.variables.prices)
      if (!this.models.has(name))
        throw new SettingsError(
          `${variable} is for an unknown model: set ${variable.slice(0, -'_PRICE'.length)} too`,
        );
    if (this.settings.OPENROUTER_ANY_MODEL) this.providers.openRouter.assertUsable();
  }

  /** Registered names, in alphabetical order. */
  get names(): readonly string[] {
    return [...this.models.keys()].sort();
  }

  /** The accepted names, as shown to people. */
  get choices(): readonly string[] {
    return this.settings.OPENROUTER_ANY_MODEL
      ? [...this.names, 'or any vendor/model of OpenRouter']
      : this.names;
  }

  get all(): readonly RegisteredModel[] {
    return this.names.flatMap((name) => this.models.get(name) ?? []);
  }

  /** The environment variables named after a model or a provider. */
  get variableNames(): readonly string[] {
    return [...this.variables.variables, ...this.names.map(upstreamVariable)];
  }

  get(name: string): RegisteredModel | undefined {
    return this.models.get(name);
  }

  /** The model of this name: a registered one, or any slug of OpenRouter if that is allowed. */
  find(name: string): RegisteredModel | undefined {
    return this.get(name) ?? (this.settings.OPENROUTER_ANY_MODEL ? this.other(name) : undefined);
  }

  private registerModule(definition: ModelDefinition, adapter: unknown): void {
    const { name, upstream } = definition;
    if (this.models.has(name))
      throw new SettingsError(`two adapters carry @Model name "${name}"; names must be unique`);
    if (!(adapter instanceof ModelAdapter))
      throw new SettingsError(`the provider with @Model name "${name}" must extend ModelAdapter`);
    const { variable, value } = this.variables.upstreamOf(name);
    this.register(definition, adapter, `@Model name "${name}"`, {
      variable,
      value: value || upstream.join(),
    });
  }

  private registerVariable(name: string, slugs: NamedValue): void {
    if (this.models.has(name))
      throw new SettingsError(
        `${slugs.variable}: the model "${name}" already exists; set ${upstreamVariable(name)} to change its slugs`,
      );
    this.register({ name, title: name, upstream: [] }, this.providers.openRouter, slugs.variable, slugs);
  }

  private register(
    definition: ModelDefinition,
    adapter: ModelAdapter,
    source: string,
    slugs: NamedValue,
  ): void {
    const { name } = definition;
    if (!NAME.test(name)) throw new SettingsError(`${source} must match ${NAME.source}`);
    const places = this.placesOf(slugs, adapter);
    for (const place of places) place.adapter.assertUsable();
    this.models.set(name, { definition, adapter, slugs: slugsAt(places), price: this.priceOf(name) });
  }

  private placesOf({ variable, value }: NamedValue, own: ModelAdapter): readonly Place[] {
    const slugs = value.split(',').map((slug) => slug.trim());
    if (!slugs.every((slug) => SLUG.test(slug)))
      throw new SettingsError(`${variable} must be a comma-separated list of upstream model names`);
    const places = slugs.map((slug): Place => {
      const [, upstreamModel = slug, name] = AT_PROVIDER.exec(slug) ?? [];
      if (name === undefined) return { slug: own.slugOf(slug), upstreamModel, adapter: own };
      const adapter = this.providers.find(name.toLowerCase().replaceAll('_', '-'));
      if (!adapter)
        throw new SettingsError(
          `${variable} names an unknown provider: set PROVIDER_${name.toUpperCase().replaceAll('-', '_')}_URL`,
        );
      return { slug: adapter.slugOf(upstreamModel), upstreamModel, adapter };
    });
    return [...new Map(places.map((place) => [place.slug, place])).values()];
  }

  private priceOf(name: string): Price | undefined {
    const given = this.variables.prices.get(name);
    const price = given && statedPrice(given.value);
    if (given && !price)
      throw new SettingsError(
        `${given.variable} must be US dollars per million tokens in/out, such as 0.035/0.138`,
      );
    return price;
  }

  private other(slug: string): RegisteredModel | undefined {
    const known = this.others.get(slug);
    if (known || !slug.includes('/') || !SLUG.test(slug) || AT_PROVIDER.test(slug)) return known;
    const adapter = this.providers.openRouter;
    const [oldest] = this.others.size >= MOST_OTHERS ? this.others.keys() : [];
    if (oldest !== undefined) this.others.delete(oldest);
    const definition = { name: slug, title: slug, upstream: [slug] };
    const slugs = slugsAt([{ slug, upstreamModel: slug, adapter }]);
    const model = { definition, adapter, slugs, price: undefined };
    this.others.set(slug, model);
    return model;
  }
}

function slugsAt(places: readonly Place[]): ModelSlugs {
  return new ModelSlugs(places, () => performance.now());
}
