import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { Settings } from '../config/settings.js';
import { ModelError } from './model.errors.js';
import { ModelRegistry, type RegisteredModel } from './model-registry.service.js';
import type { ChatEvent, ChatEventBatch, ChatRequest, ModelCall } from './model.types.js';
import { backoffMs } from './resilience/backoff.js';
import { RetryBudget } from './resilience/retry-budget.js';
import { SlugBreakers } from './slug-breakers.js';

/** One slug that may answer a chat. */
interface Candidate {
  readonly model: RegisteredModel;
  readonly slug: string;
}

/** An answer whose first batch has arrived: from here on there is no other attempt. */
interface OpenAnswer {
  readonly candidate: Candidate;
  readonly first: ChatEventBatch;
  readonly rest: AsyncIterator<ChatEventBatch>;
}

/** Chooses who answers: slugs in order, retries, fallback. All of it before the first event leaves. */
@Injectable()
export class ModelRouter {
  constructor(
    private readonly registry: ModelRegistry,
    private readonly settings: Settings,
  ) {}
}
