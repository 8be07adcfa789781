/** The vocabulary of the models: what is asked, and what happens. Nothing here knows HTTP or the log. */

export interface Message {
  readonly role: 'system' | 'developer' | 'user' | 'assistant' | 'tool';
  /** Text, OpenAI's content parts (text, image_url, …), or null beside tool calls. */
  readonly content?: string | readonly ContentPart[] | null;
  readonly name?: string;
  readonly tool_calls?: readonly ToolCall[];
  readonly tool_call_id?: string;
  readonly refusal?: string;
  /** What the model thought in an earlier answer, as it came: it may go on from there. */
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

/** A piece of a tool call; `index` says of which one. */
export interface ToolCallDelta {
  readonly index: number;
  readonly id?: string;
  readonly type?: string;
  readonly function?: { readonly name?: string; readonly arguments?: string };
}

/** Forwarded to the upstream as they are, under OpenAI's names: temperature, top_p, max_tokens, stop, seed, tools, … */
export type ModelOptions = Readonly<Record<string, unknown>>;

/** One chat as a client asked for it. */
export interface ChatRequest {
  /** Our id of the exchange: time-sortable and unique. */
  readonly id: string;
  /** What the client calls it (X-Request-Id), for the log of the process; `id` if absent. */
  readonly requestId?: string;
  /** A registered name, e.g. `mistral`. */
  readonly model: string;
  readonly messages: readonly Message[];
  readonly options: ModelOptions;
  /** `provider`, `plugins`, `top_k`, …: for OpenRouter. Adapters of other providers take what these are known to take. */
  readonly openRouterOptions?: ModelOptions;
  /** Who pays has a budget: a choice of `provider` may not lead to more than the price that was set aside. */
  readonly atListedPrice?: boolean;
  /** Wants no answer, but a vector for the text of each message. */
  readonly embeds?: true;
  /** Registered names that may answer if `model` cannot, in order. */
  readonly fallback: readonly string[];
  /** W3C trace context of the client, passed upstream unless attempts are traced. */
  readonly traceparent?: string;
  readonly tracestate?: string;
  /** Called when a call of a slug begins, where attempts are traced. */
  readonly traceAttempt?: (upstreamModel: string, attempt: number) => AttemptTrace;
  /** The client's own name for its user, for the log. */
  readonly user?: string | undefined;
  /** Awaited before each call of a slug, with the name it is behind. If it throws, that call is not made: a ModelError is taken as its failure, anything else ends the chat. */
  readonly beforeAttempt?: (slug: string, model: string) => void | Promise<void>;
  /** Called with the upstream's own id of each attempt's answer. */
  readonly onGeneration?: (id: string) => void;
  /** Called when the row is written; the reply waits for what it answers. */
  readonly onRecorded?: () => Promise<void> | undefined;
}

/** What an adapter is asked: one call of one upstream slug. */
export interface ModelCall {
  readonly id: string;
  /** The upstream's own name of the model, e.g. `mistralai/ministral-8b-2512`. */
  readonly upstreamModel: string;
  readonly messages: readonly Message[];
  readonly options: ModelOptions;
  /** As in ChatRequest, like what follows. */
  readonly openRouterOptions?: ModelOptions;
  readonly atListedPrice?: boolean;
  readonly traceparent?: string;
  readonly tracestate?: string;
}

/** One call of a slug as a trace follows it. */
export interface AttemptTrace {
  /** W3C trace context to send with it. */
  readonly traceparent: string;
  readonly tracestate?: string;
  /** @param outcome `ok`, `cancelled`, or an error code */
  end(outcome: string): void;
}

/** The upstream's own native counts; what it did not send is null, never 0. */
export interface Usage {
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  /** US dollars. */
  readonly costUsd: number | null;
  /** The upstream's usage object as it came, for clients of `/v1`. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** What a delta carries beside text, passed through untouched for clients of `/v1`. */
export interface DeltaExtras {
  readonly tool_calls?: readonly ToolCallDelta[];
  readonly refusal?: string;
  readonly reasoning?: string;
  readonly reasoning_details?: readonly unknown[];
  readonly images?: readonly unknown[];
  readonly annotations?: readonly unknown[];
  /** One for each message, in their order, where the call was for these. */
  readonly embeddings?: readonly Embedding[];
}

/** A vector: its numbers, or base64 of little-endian 32-bit floats. */
export type Embedding = string | readonly number[];

export type ChatEvent =
  /** A slug is about to be asked; the last one before content is who answers. From the router, not from adapters. */
  | {
      readonly type: 'attempt';
      readonly model: string;
      readonly upstreamModel: string;
      /** Counts from 1, over all slugs and models of the chat. */
      readonly attempt: number;
    }
  /** The request of this attempt was handed to the wire, at this time of `performance.now()`. It may be told late. */
  | { readonly type: 'sent'; readonly at: number }
  /** The upstream's own id of this attempt's answer, as soon as it is known: its bill can be asked for by it. */
  | { readonly type: 'generation'; readonly id: string }
  /** A piece of the answer; `text` may be empty where only extras came. */
  | {
      readonly type: 'delta';
      readonly text: string;
      readonly extras?: DeltaExtras;
      readonly logprobs?: unknown;
    }
  /** The model said why it stopped, once. Without it an answer is truncated. */
  | { readonly type: 'finish'; readonly reason: string; readonly nativeReason?: string }
  /** May come before or after `finish`, or never. */
  | { readonly type: 'usage'; readonly usage: Usage };

/**
 * What arrived together: events travel in batches, one per read of the wire, so that they can leave together and
 * an answer of many small pieces costs few promise turns. Never empty.
 */
export type ChatEventBatch = readonly ChatEvent[];

/** Is it part of the answer itself? With the first such event an attempt has begun to answer. */
export function isContent({ type }: ChatEvent): boolean {
  return type === 'delta' || type === 'finish';
}
