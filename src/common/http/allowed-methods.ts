import type { Request } from 'express';

/** The methods that this request's path has, in alphabetical order; none where there is no such path. */
export function allowedMethods({ app, path }: Request): readonly string[] {
  const methods = new Set<string>();
  for (const layer of layersOf(app))
    if (layer.route && matches(layer, path))
      for (const method of Object.keys(layer.route.methods)) methods.add(method.toUpperCase());
  // Express answers HEAD with the handler of GET.
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods].sort();
}

/** What Express keeps of each route that Nest registers on the application; its types do not tell of `match`. */
interface RouteLayer {
  readonly route: { readonly methods: Readonly<Record<string, true>> } | undefined;
  match(path: string): boolean;
}

function layersOf(app: Request['app']): readonly RouteLayer[] {
  return app.router.stack as unknown as readonly RouteLayer[];
}

/** Throws inside for a path that cannot be decoded (`%E0%A4`): such a path has no route. */
function matches(layer: RouteLayer, path: string): boolean {
  try {
    return layer.match(path);
  } catch {
    return false;
  }
}
