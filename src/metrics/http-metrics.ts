import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Express, Request, Response } from 'express';
import { Gauge, Histogram, Registry } from 'prom-client';
import { FastExpressAdapter } from '../common/http/express.adapter.js';
import { HTTP_BUCKETS, METRIC, OTHER } from './metric-names.js';

/** nginx's status for a client that disconnected before the reply was sent. */
const CLIENT_CLOSED = 499;

/** Counts requests by route, and open event streams. */
@Injectable()
export class HttpMetrics implements OnApplicationBootstrap {
  private readonly duration: Histogram;
  private fixedRoutes: ReadonlySet<string> = new Set();

  constructor(
    registry: Registry,
    private readonly host: HttpAdapterHost,
  ) {
    const registers = [registry];
    this.duration = new Histogram({
      name: METRIC.httpDuration,
      help: 'Time from the arrival of a request to the end of its reply.',
      labelNames: ['route', 'status'],
      buckets: HTTP_BUCKETS,
      registers,
    });
    new Gauge({
      name: METRIC.streamsOpen,
      help: 'Event streams currently being sent.',
      registers,
      collect() {
        const { httpAdapter } = host;
        this.set(httpAdapter instanceof FastExpressAdapter ? httpAdapter.streamsOpen : 0);
      },
    });
  }

  onApplicationBootstrap(): void {
    const { router } = this.host.httpAdapter.getInstance<Express>();
    const routes = router.stack.flatMap(({ route }) => route?.path ?? []);
    this.fixedRoutes = new Set(routes.filter((path) => !/[:*{]/.test(path)));
    this.duration.zero({ route: '/metrics', status: 200 });
    this.duration.zero({ route: OTHER, status: 404 });
  }

  /** Measures a request from its arrival until its reply is sent or its connection closed. */
  observe(request: Request, response: Response): void {
    const { context } = request;
    context.onClosed(() => {
      const status = response.writableFinished ? response.statusCode : CLIENT_CLOSED;
      const seconds = (performance.now() - context.arrivedAt) / 1000;
      this.duration.observe({ route: this.routeOf(request), status }, seconds);
    });
  }

  /** The matched route template. A request that the gate refused has matched none, but may name a fixed path. */
  private routeOf(request: Request): string {
    const route = request.route as { readonly path: string } | undefined;
    if (route) return route.path;
    return this.fixedRoutes.has(request.path) ? request.path : OTHER;
  }
}
