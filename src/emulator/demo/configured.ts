import { isObject } from '../fields.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** The slugs that the service's variables name (`LLAMA_UPSTREAM`, `MODEL_QWEN`), without `@provider`. */
export function configuredSlugs(env: Environment): string[] {
  const lists = Object.entries(env).filter(([name]) => /^(\w+_UPSTREAM|MODEL_\w+(?<!_PRICE))$/.test(name));
  return lists
    .flatMap(([, list = '']) => list.split(','))
    .map(withoutProvider)
    .filter((slug) => slug !== '');
}

/** The same from the service's `GET /models`: a model that is a folder has its slugs in no variable. */
export function servedSlugs(models: unknown): string[] {
  const data = isObject(models) && Array.isArray(models.data) ? (models.data as unknown[]) : [];
  const upstream = data.flatMap((model) => (isObject(model) ? model.upstream : []));
  const slugs = upstream.map((slug) => (isObject(slug) ? (slug.upstream_model ?? slug.slug) : undefined));
  return slugs.filter((slug) => typeof slug === 'string').map(withoutProvider);
}

function withoutProvider(slug: string): string {
  return slug.trim().replace(/@[\w-]+$/, '');
}

/** Every provider that the variables name, with the emulator's address and no key of the user's. */
export function redirectedProviders(env: Environment, url: string): Record<string, string> {
  const names = Object.keys(env).flatMap((name) => /^PROVIDER_(\w+)_URL$/.exec(name)?.[1] ?? []);
  return Object.fromEntries(
    names.flatMap((name) => [
      [`PROVIDER_${name}_URL`, url],
      [`PROVIDER_${name}_KEY`, 'demo-key-that-opens-nothing'],
    ]),
  );
}
