import { signal } from '@preact/signals';

export const VIEWS = ['chat', 'log', 'figures', 'models', 'keys'] as const;
export type View = (typeof VIEWS)[number];

export interface Route {
  view: View;
  /** What is chosen in the view: filters, the open row. */
  choice: URLSearchParams;
}

/** The fragment, as the paths belong to the service: `#/log?model=mistral`. */
export const route = signal(parse(location.hash));

function parse(hash: string): Route {
  const [, name = '', search = ''] = /^#\/?(\w*)(?:\?(.*))?$/.exec(hash) ?? [];
  return { view: VIEWS.find((view) => view === name) ?? 'chat', choice: new URLSearchParams(search) };
}

export function hrefOf(view: View, choice: Record<string, string | undefined> = {}): string {
  const given = Object.entries(choice).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return `#/${view}${given.length > 0 ? `?${new URLSearchParams(given).toString()}` : ''}`;
}

export function go(view: View, choice: Record<string, string | undefined> = {}): void {
  location.hash = hrefOf(view, choice);
}

/** Changes the choice without a step in the browser's history. */
export function choose(changes: Record<string, string | undefined>): void {
  const { view, choice } = route.peek();
  history.replaceState(null, '', hrefOf(view, { ...Object.fromEntries(choice), ...changes }));
  route.value = parse(location.hash);
}

export function followAddress(): void {
  addEventListener('hashchange', () => {
    route.value = parse(location.hash);
  });
}
