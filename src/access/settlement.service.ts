import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Subscription } from 'rxjs';
import { LogStore } from '../logging/log-store.js';
import { Allowances } from './allowances/allowances.js';

/** Settles each chat by its row: only amounts in the log count as spent. */
@Injectable()
export class Settlement implements OnApplicationBootstrap, OnApplicationShutdown {
  private rows: Subscription | undefined;

  constructor(
    private readonly store: LogStore,
    private readonly allowances: Allowances,
  ) {}

  onApplicationBootstrap(): void {
    this.rows = this.store.rows$.subscribe((row) => {
      this.allowances.settle(row);
    });
  }

  onApplicationShutdown(): void {
    this.rows?.unsubscribe();
  }
}
