/**
 * What OpenRouter sends, stream chunk and complete body alike: the fields that are read here. Each may be missing, null
 * or of another type, so each is unknown until looked at.
 */
export interface WireChunk {
  /** Of the generation; the same in all its chunks. */
  readonly id?: unknown;
  readonly choices?: unknown;
  /** Once, on the last chunk: with `choices: []`, or (seen in 2025) with an empty delta. */
  readonly usage?: unknown;
  /** A failure after the stream began, or under HTTP 200. */
  readonly error?: unknown;
}

export interface WireChoice {
  readonly index?: unknown;
  /** In a chunk. */
  readonly delta?: unknown;
  /** In a complete body, in place of `delta`. */
  readonly message?: unknown;
  readonly finish_reason?: unknown;
  readonly native_finish_reason?: unknown;
  readonly logprobs?: unknown;
  /** In a complete body, where the provider failed after it had begun to answer. */
  readonly error?: unknown;
}

export interface WireDelta {
  /** Text, null beside tool calls, or parts as OpenAI has them. */
  readonly content?: unknown;
  readonly tool_calls?: unknown;
  readonly refusal?: unknown;
  readonly reasoning?: unknown;
  readonly reasoning_details?: unknown;
  readonly images?: unknown;
  readonly annotations?: unknown;
}

/** Counts by the tokenizer of the model itself, cost in US dollars. */
export interface WireUsage {
  readonly prompt_tokens?: unknown;
  readonly completion_tokens?: unknown;
  /** What the account is charged. */
  readonly cost?: unknown;
  readonly cost_details?: unknown;
}
