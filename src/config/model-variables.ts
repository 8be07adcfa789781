import { ApiKey } from './api-key.decorator.js';
import { HttpUrl } from './http-url.decorator.js';
import { SettingsError } from './settings-error.js';
import { validated, type Environment } from './validated.js';

/** `PROVIDER_<NAME>_…`: another API than OpenRouter's that implements OpenAI's chat completions. */
export class ProviderSettings {
  /** Base URL of the API, without `/chat/completions`. */
  @HttpUrl()
  URL!: string;

  /** Sent only to this URL; empty if the API needs no key. */
  @ApiKey()
  KEY = '';
}

/** A value and the name of its variable. */
export interface NamedValue {
  readonly variable: string;
  readonly value: string;
}

const PROVIDER = /^PROVIDER_([A-Z\d][A-Z\d_]*)_(URL|KEY)$/;
const MODEL = /^MODEL_(.+?)(_PRICE)?$/;

/** The variables named after a model or a provider. `MY_NAME` in a variable is `my-name` elsewhere. */
export class ModelVariables {
  /** `MODEL_<NAME>`: slugs of models without code, by name of the model. */
  readonly models: ReadonlyMap<string, NamedValue>;
  /** `MODEL_<NAME>_PRICE`, by name of the model. */
  readonly prices: ReadonlyMap<string, NamedValue>;
  readonly providers: ReadonlyMap<string, ProviderSettings>;
  /** Names of the variables that are set. */
  readonly variables: readonly string[];

  /** Throws SettingsError for a provider without a valid URL, an invalid key, or a name that is used twice. */
  constructor(private readonly environment: Environment) {
    const set = Object.entries(environment).flatMap(([variable, value]) =>
      value ? [{ variable, value }] : [],
    );
    const models = set.filter(({ variable }) => MODEL.test(variable));
    const providers = set.filter(({ variable }) => PROVIDER.test(variable));
    this.models = byName(models.filter(({ variable }) => !variable.endsWith('_PRICE')));
    this.prices = byName(models.filter(({ variable }) => variable.endsWith('_PRICE')));
    this.variables = [...models, ...providers].map(({ variable }) => variable);
    const names = new Set(providers.map(({ variable }) => PROVIDER.exec(variable)?.[1] ?? ''));
    this.providers = new Map([...names].map((name) => [nameOf(name), this.provider(`PROVIDER_${name}_`)]));
  }

  /** The slugs that replace those of a module: `mistral` → `MISTRAL_UPSTREAM`. */
  upstreamOf(name: string): NamedValue {
    const variable = upstreamVariable(name);
    return { variable, value: this.environment[variable] ?? '' };
  }

  private provider(prefix: string): ProviderSettings {
    const values = { URL: this.environment[`${prefix}URL`], KEY: this.environment[`${prefix}KEY`] };
    if (!values.URL) throw new SettingsError(`${prefix}KEY is set, but ${prefix}URL is not`);
    return validated(ProviderSettings, values, prefix);
  }
}

export function upstreamVariable(name: string): string {
  return `${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}_UPSTREAM`;
}

function byName(values: readonly NamedValue[]): Map<string, NamedValue> {
  const named = new Map<string, NamedValue>();
  for (const value of values) {
    const name = nameOf(MODEL.exec(value.variable)?.[1] ?? '');
    const other = named.get(name);
    if (other) throw new SettingsError(`${other.variable} and ${value.variable} name the same model`);
    named.set(name, value);
  }
  return named;
}

function nameOf(part: string): string {
  return part.toLowerCase().replaceAll('_', '-');
}
