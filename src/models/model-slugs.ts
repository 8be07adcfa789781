/** How long a refused slug is left alone: catalogues change, but not by the minute. */
const SET_ASIDE_MS = 60 * 60 * 1000;

/** The upstream slugs behind one name, in order of preference. Those that the upstream refused are set aside for an hour. */
export class ModelSlugs {
  private readonly setAsideUntil = new Map<string, number>();

  /** `now` is a monotonic clock in ms. */
  constructor(
    readonly all: readonly string[],
    private readonly now: () => number,
  ) {}

  /** What may be asked, best first. All of them, where all have been refused: the upstream may have changed its mind. */
  usable(): readonly string[] {
    const usable = this.all.filter((slug) => !this.isSetAside(slug));
    return usable.length > 0 ? usable : this.all;
  }

  setAside(slug: string): void {
    this.setAsideUntil.set(slug, this.now() + SET_ASIDE_MS);
  }

  isSetAside(slug: string): boolean {
    return (this.setAsideUntil.get(slug) ?? -Infinity) > this.now();
  }
}
