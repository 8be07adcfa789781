/** The types of requests to models and of their events. Independent of HTTP and of the log. */

export interface Message {
  readonly role: 'system' | 'developer' | 'user' | 'assistant' | 'tool';
  /** Text, OpenAI's content parts (text, image_url, …), or null beside tool calls. */
  readonly content?: string | readonly ContentPart[] | null;
  readonly name?: string;
  readonly tool_calls?: readonly ToolCall[];
  readonly tool_call_id?: string;
  readonly refusal?: string;
  /** The model's reasoning in an earlier answer, unchanged: the model may continue it. */
  readonly reasoning?: string;
  readonly reasoning_details?: readonly unknown[];
}

export interface ContentPart {
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface ToolCall {
  readonly id: string;
  readonly type: string;
  readonly function: { readonly name: string; readonly arguments: string };
}

/** A piece of a tool call; `index` identifies the call. */
export interface ToolCallDelta {
  readonly index: number;
  readonly id?: string;
  readonly type?: string;
  readonly function?: { readonly name?: string; readonly arguments?: string };
}

/** Forwarded to the upstream unchanged, under OpenAI's names: temperature, top_p, max_tokens, stop, seed, tools, … */
export type ModelOptions = Readonly<Record<string, unknown>>;

/** The operation requested from a model, named as in OpenTelemetry's GenAI conventions. */
export type Operation = 'chat' | 'text_completion' | 'embeddings';

/** One chat as requested by a client. */
export interface ChatRequest {
  /** Our id of the exchange: unique, sortable by time. */
  readonly id: string;
  /** The client's id (X-Request-Id), for the process log; `id` if undefined. */
  readonly requestId?: string;
  /** A registered name, e.g. `mistral`. */
  readonly model: string;
  readonly messages: readonly Message[];
  readonly options: ModelOptions;
  /** `provider`, `plugins`, `top_k`, … for OpenRouter. Other adapters forward those that their provider accepts. */
  readonly openRouterOptions?: ModelOptions;
  /** The key has a budget: routing by `provider` must not exceed the price that was reserved. */
  readonly atListedPrice?: boolean;
  /** `embeddings` requests a vector for the text of each message instead of an answer. Default: `chat`. */
  readonly operation?: Operation;
  /** Registered names that may answer if `model` cannot, in order. */
  readonly fallback: readonly string[];
  /** W3C trace context of the client, passed upstream unless attempts are traced. */
  readonly traceparent?: string;
  readonly tracestate?: string;
  /** Called when a call of a slug begins, if attempts are traced. */
  readonly traceAttempt?: (upstreamModel: string, attempt: number) => AttemptTrace;
  /** The client's name for its user, for the log. */
  readonly user?: string | undefined;
  /**
   * Awaited before each call of a slug, with the model's name. If it throws, the call is not made: a ModelError counts
   * as its failure, any other error ends the chat.
   */
  readonly beforeAttempt?: (slug: string, model: string) => void | Promise<void>;
  /** Called with the upstream's id of each attempt's answer. */
  readonly onGeneration?: (id: string) => void;
  /** Called when the row is written; the reply waits for what it answers. */
  readonly onRecorded?: () => Promise<void> | undefined;
}

/** A request to an adapter: one call of one upstream slug. */
export interface ModelCall {
  readonly id: string;
  /** The model's name at the upstream, e.g. `mistralai/ministral-8b-2512`. */
  readonly upstreamModel: string;
  readonly messages: readonly Message[];
  readonly options: ModelOptions;
  /** This and the following are as in ChatRequest. */
  readonly openRouterOptions?: ModelOptions;
  readonly atListedPrice?: boolean;
  readonly traceparent?: string;
  readonly tracestate?: string;
}

/** The trace of one call of a slug. */
export interface AttemptTrace {
  /** W3C trace context to send with the call. */
  readonly traceparent: string;
  readonly tracestate?: string;
  /** @param outcome `ok`, `cancelled`, or an error code */
  end(outcome: string): void;
}

/** The upstream's native counts; null, never 0, if it did not send them. */
export interface Usage {
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  /** US dollars. */
  readonly costUsd: number | null;
  /** The upstream's usage object unchanged, for clients of `/v1`. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** Fields of a delta beside its text, passed unchanged to clients of `/v1`. */
export interface DeltaExtras {
  readonly tool_calls?: readonly ToolCallDelta[];
  readonly refusal?: string;
  readonly reasoning?: string;
  readonly reasoning_details?: readonly unknown[];
  readonly images?: readonly unknown[];
  readonly annotations?: readonly unknown[];
  /** One per message, in order, if embeddings were requested. */
  readonly embeddings?: readonly Embedding[];
}

/** A vector: its numbers, or base64 of little-endian 32-bit floats. */
export type Embedding = string | readonly number[];

export type ChatEvent =
  /** A slug is about to be called; the last one before content is the one that answers. Sent by the router only. */
  | {
      readonly type: 'attempt';
      readonly model: string;
      readonly upstreamModel: string;
      /** Counts from 1, over all slugs and models of the chat. */
      readonly attempt: number;
      /** The most tokens that it is asked for, if there is a bound. */
      readonly maxTokens?: number | undefined;
    }
  /** The request of this attempt was sent at this time of `performance.now()`. May arrive late. */
  | { readonly type: 'sent'; readonly at: number }
  /** The upstream's id of this attempt's answer, as soon as it is known; its bill can be requested by it. */
  | { readonly type: 'generation'; readonly id: string }
  /** A piece of the answer; `text` may be empty if there are only extras. */
  | {
      readonly type: 'delta';
      readonly text: string;
      readonly extras?: DeltaExtras;
      readonly logprobs?: unknown;
    }
  /** The model reported why it stopped; once. An answer without it is truncated. */
  | { readonly type: 'finish'; readonly reason: string; readonly nativeReason?: string }
  /** May arrive before or after `finish`, or never. */
  | { readonly type: 'usage'; readonly usage: Usage };

/**
 * Events that arrived together, one batch per read from the socket, so that they are sent together and an answer of
 * many small pieces costs few promise turns. Never empty.
 */
export type ChatEventBatch = readonly ChatEvent[];

/** Is it part of the answer itself? The first such event means that an attempt has begun to answer. */
export function isContent({ type }: ChatEvent): boolean {
  return type === 'delta' || type === 'finish';
}
