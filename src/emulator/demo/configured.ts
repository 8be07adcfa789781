import { isObject } from '../fields.js';

/** The slugs that the service's variables name (`LLAMA_UPSTREAM`, `MODEL_QWEN`), without `@provider`. */
export function configuredSlugs(env: NodeJS.ProcessEnv): string[] {
  const lists = Object.entries(env).filter(([name]) => /^(\w+_UPSTREAM|MODEL_\w+(?<!_PRICE))$/.test(name));
  const slugs = lists.flatMap(([, list = '']) => list.split(','));
  return slugs.map(withoutProvider).filter((slug) => slug !== '');
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
export function redirectedProviders(env: NodeJS.ProcessEnv, url: string): Record<string, string> {
  const names = Object.keys(env).filter((name) => /^PROVIDER_\w+_URL$/.test(name));
  const keys = names.map((name) => [name.replace(/URL$/, 'KEY'), 'demo-key-that-opens-nothing']);
  return Object.fromEntries([...names.map((name) => [name, url]), ...keys]) as Record<string, string>;
}
