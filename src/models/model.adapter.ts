import type { ChatEventBatch, ModelCall } from './model.types.js';

/** A model that can be talked to. Implementations carry `@Model(…)` and are found at start. */
export abstract class ModelAdapter {
  /**
   * Streams one answer. Yields `delta`s, one `finish`, and `usage` where the upstream sent one; `sent` and `generation`
   * where they are known. Throws a ModelError; when `signal` aborts it closes its connection and throws the reason.
   */
  abstract stream(call: ModelCall, signal: AbortSignal): AsyncIterable<ChatEventBatch>;
}
