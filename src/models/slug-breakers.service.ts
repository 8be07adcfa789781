import { Injectable } from '@nestjs/common';
import { CircuitBreaker } from './resilience/circuit-breaker.js';

/** Maximum number of breakers; the longest unused are dropped, because clients may make up slugs. */
const MOST = 2_000;

/** One circuit breaker per upstream slug, shared by every model that lists it. */
@Injectable()
export class SlugBreakers {
  private readonly breakers = new Map<string, CircuitBreaker>();

  of(slug: string): CircuitBreaker {
    const breaker = this.breakers.get(slug) ?? new CircuitBreaker(() => performance.now());
    // The most recently used is last.
    this.breakers.delete(slug);
    this.breakers.set(slug, breaker);
    const [oldest] = this.breakers.size > MOST ? this.breakers.keys() : [];
    if (oldest !== undefined) this.breakers.delete(oldest);
    return breaker;
  }
}
