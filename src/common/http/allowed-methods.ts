import type { Request } from 'express';

/** The methods of this request's path, in alphabetical order; empty if there is no such path. */
export function allowedMethods({ app, path }: Request): readonly string[] {
  const methods = new Set<string>();
  for (const layer of layersOf(app))
    if (layer.route && matches(layer, path))
      for (const method of Object.keys(layer.route.methods)) methods.add(method.toUpperCase());
  // Express answers HEAD with the handler of GET.
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods].sort();
}

/** The parts of a route in Express's router that we use; Express's types omit `match`. */
interface RouteLayer {
  readonly route: { readonly methods: Readonly<Record<string, true>> } | undefined;
  match(path: string): boolean;
}

function layersOf(app: Request['app']): readonly RouteLayer[] {
  return app.router.stack as unknown as readonly RouteLayer[];
}

/** `match` throws for a path that cannot be decoded (`%E0%A4`): such a path has no route. */
function matches(layer: RouteLayer, path: string): boolean {
  try {
    return layer.match(path);
  } catch {
    return false;
  }
}
