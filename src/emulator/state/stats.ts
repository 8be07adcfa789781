import type { Exchange } from '../wire/exchange.js';

const zero = {
  /** Calls of this slug, refused ones included. */
  requests: 0,
  /** Of them: those that had something ordered for them. */
  scripted: 0,
  /** The client left before the end. */
  cancelled: 0,
  /** Under way now. */
  open: 0,
  bytes: 0,
};
export type SlugStats = Readonly<typeof zero>;

const fresh = (open = new Set<Exchange>()) => ({ requests: 0, scripted: 0, cancelled: 0, bytes: 0, open });

/** Counts calls, by the slug that answered them. */
export class StatsCounter {
  private readonly counters = new Map<string, ReturnType<typeof fresh>>();

  countRequest(slug: string, scripted: boolean): void {
    const counters = this.of(slug);
    counters.requests += 1;
    if (scripted) counters.scripted += 1;
  }

  /** Follows an exchange from here to its end. */
  track(slug: string, exchange: Exchange): void {
    const counters = this.of(slug);
    counters.open.add(exchange);
    exchange.response.once('close', () => {
      counters.open.delete(exchange);
      counters.bytes += exchange.bytes;
      if (exchange.cancelled) counters.cancelled += 1;
    });
  }

  read(): { total: SlugStats; slugs: Readonly<Record<string, SlugStats>> } {
    const total = { ...zero };
    const slugs: Record<string, SlugStats> = {};
    for (const [slug, { open, ...counted }] of this.counters) {
      const unfinished = [...open].reduce((sum, exchange) => sum + exchange.bytes, 0);
      const stats = { ...counted, open: open.size, bytes: counted.bytes + unfinished };
      for (const name of Object.keys(zero) as (keyof SlugStats)[]) total[name] += stats[name];
      slugs[slug] = stats;
    }
    return { total, slugs };
  }

  /** Forgets the past; exchanges under way stay visible until they end. */
  clear(): void {
    for (const [slug, { open }] of this.counters) {
      if (open.size === 0) this.counters.delete(slug);
      else this.counters.set(slug, fresh(open));
    }
  }

  private of(slug: string): ReturnType<typeof fresh> {
    const counters = this.counters.get(slug) ?? fresh();
    this.counters.set(slug, counters);
    return counters;
  }
}
