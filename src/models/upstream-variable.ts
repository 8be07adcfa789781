/** The environment variable that lists the slugs of a model: `mistral` → `MISTRAL_UPSTREAM`. */
export function upstreamVariable(name: string): string {
  return `${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}_UPSTREAM`;
}
