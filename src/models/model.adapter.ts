import { ModelError } from './model.errors.js';
import type { ChatEventBatch, ModelCall } from './model.types.js';

/** Connects to a model. Implementations have `@Model(…)` and are found at start. */
export abstract class ModelAdapter {
  /** Identifies the account: what is refused to one adapter of a provider is refused to all its adapters. */
  readonly provider: string = 'own';

  /**
   * Streams one answer. Yields `delta`s, one `finish`, and `usage` if the upstream sent it; `sent` and `generation` if
   * known. Throws a ModelError; when `signal` aborts, closes its connection and throws the reason.
   */
  abstract stream(call: ModelCall, signal: AbortSignal): AsyncIterable<ChatEventBatch>;

  /** The same for the vectors of all messages: they arrive together as `embeddings` of one `delta`, without `finish`. */
  embed(_call: ModelCall, _signal: AbortSignal): AsyncIterable<ChatEventBatch> {
    throw new ModelError('upstream_invalid_request', { detail: 'This model makes no embeddings.' });
  }

  /** The name of an upstream model within the service: the same, unless two providers may share it. */
  slugOf(upstreamModel: string): string {
    return upstreamModel;
  }

  /** Whether the provider lists this model; undefined if unknown. A model that it does not list is called last. */
  isListed(_upstreamModel: string): boolean | undefined {
    return undefined;
  }

  /** The model's maximum output in tokens, if known: some providers refuse a higher limit. */
  maxOutput(_upstreamModel: string): number | undefined {
    return undefined;
  }

  /** Called at start if the adapter is needed. Throws SettingsError if a setting is missing. */
  assertUsable(): void {
    // Most need nothing.
  }
}
