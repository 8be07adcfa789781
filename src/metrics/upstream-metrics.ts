import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Registry } from 'prom-client';
import type { SlugDto } from '../models/dto/model.dto.js';
import { ModelRouter } from '../models/model-router.service.js';
import { ModelStates } from '../models/model-states.service.js';
import { METRIC } from './metric-names.js';
import { OwnNames } from './own-names.js';

/** Ordered by severity for clients, so that an alert is `> 1`. */
const STATE_NUMBER: Readonly<Record<SlugDto['state'], number>> = {
  ok: 0,
  probing: 1,
  resting: 2,
  failing: 3,
  set_aside: 4,
};

/** The results of calls by slug, and the state of each slug. */
@Injectable()
export class UpstreamMetrics {
  constructor(registry: Registry, router: ModelRouter, states: ModelStates, names: OwnNames) {
    const registers = [registry];
    const attempts = new Counter({
      name: METRIC.attempts,
      help: 'Calls of a slug by result: ok, cancelled, or an error code.',
      labelNames: ['slug', 'outcome'],
      registers,
    });
    router.attempts$.subscribe(({ slug, outcome }) => {
      attempts.inc({ slug: names.slug(slug), outcome });
    });
    new Gauge({
      name: METRIC.breakerState,
      help: 'State of a slug: 0 ok, 1 probing, 2 resting (rate limited), 3 failing (breaker open), 4 set aside.',
      labelNames: ['slug'],
      registers,
      collect() {
        for (const { upstream } of states.all())
          for (const { upstream_model, state } of upstream)
            this.set({ slug: upstream_model }, STATE_NUMBER[state]);
      },
    });
  }
}
