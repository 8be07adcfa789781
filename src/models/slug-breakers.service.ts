import { Injectable } from '@nestjs/common';
import { CircuitBreaker } from './resilience/circuit-breaker.js';

/** One circuit breaker per upstream slug, shared by every model that lists it. */
@Injectable()
export class SlugBreakers {
  private readonly breakers = new Map<string, CircuitBreaker>();

  of(slug: string): CircuitBreaker {
    let breaker = this.breakers.get(slug);
    if (!breaker) {
      breaker = new CircuitBreaker(() => performance.now());
      this.breakers.set(slug, breaker);
    }
    return breaker;
  }
}
