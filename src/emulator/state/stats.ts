import type { Exchange } from '../wire/exchange.js';

export interface SlugStats {
  /** Calls of this slug, refused ones included. */
  readonly requests: number;
  /** Of them: those that had something ordered for them. */
  readonly scripted: number;
  /** The client left before the end. */
  readonly cancelled: number;
  /** Under way now. */
  readonly open: number;
  readonly bytes: number;
}

export interface Stats {
  readonly total: SlugStats;
  readonly slugs: Readonly<Record<string, SlugStats>>;
  /** TCP connections open now, whatever for. */
  readonly connections: number;
}

const fresh = () => ({ requests: 0, scripted: 0, cancelled: 0, bytes: 0, open: new Set<Exchange>() });

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

  read(connections: number): Stats {
    const total = { requests: 0, scripted: 0, cancelled: 0, open: 0, bytes: 0 };
    const slugs: Record<string, SlugStats> = {};
    for (const [slug, { open, ...counted }] of this.counters) {
      const unfinished = [...open].reduce((sum, exchange) => sum + exchange.bytes, 0);
      const stats = { ...counted, open: open.size, bytes: counted.bytes + unfinished };
      for (const name of Object.keys(total) as (keyof SlugStats)[]) total[name] += stats[name];
      slugs[slug] = stats;
    }
    return { total, slugs, connections };
  }

  /** Forgets the past; exchanges under way stay visible until they end. */
  clear(): void {
    for (const [slug, { open }] of this.counters) {
      if (open.size === 0) this.counters.delete(slug);
      else this.counters.set(slug, { ...fresh(), open });
    }
  }

  private of(slug: string): ReturnType<typeof fresh> {
    const counters = this.counters.get(slug) ?? fresh();
    this.counters.set(slug, counters);
    return counters;
  }
}
