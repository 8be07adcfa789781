import type { Cancellation } from '../common/cancellation.js';
import type { ChatEventBatch, ModelCall } from './model.types.js';

/** A model that can be talked to. Implementations carry `@Model(…)` and are found at start. */
export abstract class ModelAdapter {
  /**
   * Streams one answer. Yields `delta`s, one `finish`, and `usage` where the upstream sent one.
   * Throws a ModelError; stops working and closes its connection when `cancellation` aborts, whose `signal` is an
   * AbortSignal for what wants one.
   */
  abstract stream(call: ModelCall, cancellation: Cancellation): AsyncIterable<ChatEventBatch>;
}
