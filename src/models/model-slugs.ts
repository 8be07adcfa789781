import type { ModelAdapter } from './model.adapter.js';

/** How long a refused slug is not called: catalogues change, but not by the minute. */
const SET_ASIDE_MS = 60 * 60 * 1000;

/** A slug and the adapter that calls it. */
export interface Place {
  /** Name in rows, breakers and `/models`: `qwen3:8b@ollama`; without `@` at OpenRouter. */
  readonly slug: string;
  /** Name at the upstream: `qwen3:8b`. */
  readonly upstreamModel: string;
  readonly adapter: ModelAdapter;
}

/** The upstream slugs of one name, in order of preference. Slugs that the upstream refused are set aside for an hour. */
export class ModelSlugs {
  readonly all: readonly string[];
  private readonly setAsideUntil = new Map<string, number>();

  /** `now` is a monotonic clock in ms. */
  constructor(
    readonly places: readonly Place[],
    private readonly now: () => number,
  ) {
    this.all = places.map(({ slug }) => slug);
  }

  /**
   * The slugs to call, best first; those that their provider no longer lists come last. All of them if all are set
   * aside: the upstream may serve them again.
   */
  usable(): readonly Place[] {
    const accepted = this.places.filter(({ slug }) => !this.isSetAside(slug));
    const usable = accepted.length > 0 ? accepted : this.places;
    if (!usable.some(isUnlisted)) return usable;
    return [...usable.filter((place) => !isUnlisted(place)), ...usable.filter(isUnlisted)];
  }

  setAside(slug: string): void {
    this.setAsideUntil.set(slug, this.now() + SET_ASIDE_MS);
  }

  isSetAside(slug: string): boolean {
    return (this.setAsideUntil.get(slug) ?? -Infinity) > this.now();
  }
}

function isUnlisted({ adapter, upstreamModel }: Place): boolean {
  return adapter.isListed(upstreamModel) === false;
}
