import type { Exchange } from '../wire/exchange.js';

export interface SlugStats {
  /** Completions asked of this slug, refused ones included. */
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

interface Counters {
  requests: number;
  scripted: number;
  cancelled: number;
  bytes: number;
  readonly open: Set<Exchange>;
}

/** Counts completions, by the slug that answered them. */
export class StatsCounter {
  private readonly counters = new Map<string, Counters>();

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
    const slugs = Object.fromEntries(
      [...this.counters].map(([slug, counters]) => [slug, snapshot(counters)]),
    );
    return { total: Object.values(slugs).reduce(add, nothing), slugs, connections };
  }

  /** Forgets the past; exchanges under way stay visible until they end. */
  clear(): void {
    for (const [slug, { open }] of this.counters) {
      this.counters.set(slug, { ...fresh(), open });
      if (open.size === 0) this.counters.delete(slug);
    }
  }

  private of(slug: string): Counters {
    let counters = this.counters.get(slug);
    if (!counters) {
      counters = fresh();
      this.counters.set(slug, counters);
    }
    return counters;
  }
}

const nothing: SlugStats = { requests: 0, scripted: 0, cancelled: 0, open: 0, bytes: 0 };

function fresh(): Counters {
  return { requests: 0, scripted: 0, cancelled: 0, bytes: 0, open: new Set() };
}

function snapshot({ requests, scripted, cancelled, bytes, open }: Counters): SlugStats {
  const unfinished = [...open].reduce((sum, exchange) => sum + exchange.bytes, 0);
  return { requests, scripted, cancelled, open: open.size, bytes: bytes + unfinished };
}

function add(a: SlugStats, b: SlugStats): SlugStats {
  return {
    requests: a.requests + b.requests,
    scripted: a.scripted + b.scripted,
    cancelled: a.cancelled + b.cancelled,
    open: a.open + b.open,
    bytes: a.bytes + b.bytes,
  };
}
