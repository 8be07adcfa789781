import { ModelError } from './model.errors.js';
import type { ChatEventBatch, ModelCall } from './model.types.js';

/** A model that can be talked to. Implementations carry `@Model(…)` and are found at start. */
export abstract class ModelAdapter {
  /** Whose account pays: what is refused to one adapter of a provider is refused to all of them. */
  readonly provider: string = 'own';

  /**
   * Streams one answer. Yields `delta`s, one `finish`, and `usage` where the upstream sent one; `sent` and `generation`
   * where they are known. Throws a ModelError; when `signal` aborts it closes its connection and throws the reason.
   */
  abstract stream(call: ModelCall, signal: AbortSignal): AsyncIterable<ChatEventBatch>;

  /** The same for vectors of all messages, which come together as `embeddings` of one `delta`, without a `finish`. */
  embed(_call: ModelCall, _signal: AbortSignal): AsyncIterable<ChatEventBatch> {
    throw new ModelError('upstream_invalid_request', { detail: 'This model makes no embeddings.' });
  }

  /** The name of one of its models within the service: the upstream's own, unless two providers may share it. */
  slugOf(upstreamModel: string): string {
    return upstreamModel;
  }

  /** Does the provider list this model? Undefined where it cannot be told. One that it does not list is asked last. */
  isListed(_upstreamModel: string): boolean | undefined {
    return undefined;
  }

  /** The most tokens that this model can answer with, where that is known: asked for more, some refuse. */
  maxOutput(_upstreamModel: string): number | undefined {
    return undefined;
  }

  /** Called at start if it is needed. Throws SettingsError where the environment lacks something. */
  assertUsable(): void {
    // Most need nothing.
  }
}
