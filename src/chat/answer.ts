import type { ChatEvent, DeltaExtras, Embedding, ToolCall, Usage } from '../models/model.types.js';
import { Logprobs } from './logprobs.js';
import { ReasoningDetails } from './reasoning-details.js';
import { ToolCalls } from './tool-calls.js';

/** An answer while it arrives, built from its events. Source of both JSON replies and log rows. */
export class Answer {
  text = '';
  reasoning = '';
  refusal = '';
  finishReason: string | null = null;
  nativeFinishReason: string | undefined;
  usage: Usage | undefined;
  /** The model that answers, or that was asked last. */
  model: string;
  upstreamModel = '';
  attempts = 0;
  /** The token limit sent upstream, if there was one. */
  maxTokens: number | undefined;
  /** When the first attempt was sent to the upstream, by `performance.now()`. */
  sentAt: number | undefined;
  /** The upstream's id of the last attempt. */
  generationId: string | undefined;
  readonly logprobs = new Logprobs();
  readonly reasoningDetails = new ReasoningDetails();
  readonly images: unknown[] = [];
  readonly annotations: unknown[] = [];
  embeddings: readonly Embedding[] = [];
  private readonly calls = new ToolCalls();

  /** `model` is the requested name. */
  constructor(model: string) {
    this.model = model;
  }

  /** True if the event is content: text, a tool call, reasoning. */
  add(event: ChatEvent): boolean {
    switch (event.type) {
      case 'delta':
        this.text += event.text;
        if (event.extras) this.addExtras(event.extras);
        if (event.logprobs !== undefined) this.logprobs.add(event.logprobs);
        return true;
      case 'attempt':
        this.model = event.model;
        this.upstreamModel = event.upstreamModel;
        this.attempts = event.attempt;
        this.maxTokens = event.maxTokens;
        this.generationId = undefined;
        return false;
      case 'finish':
        this.finishReason = event.reason;
        this.nativeFinishReason = event.nativeReason;
        return false;
      case 'usage':
        this.usage = event.usage;
        return false;
      case 'sent':
        this.sentAt ??= event.at;
        return false;
      case 'generation':
        this.generationId = event.id;
        return false;
    }
  }

  get toolCalls(): readonly ToolCall[] {
    return this.calls.all;
  }

  /** The answer for the log: its text, or JSON if there are tool calls. */
  get said(): string {
    const toolCalls = this.toolCalls;
    if (toolCalls.length === 0) return this.text || this.refusal;
    return JSON.stringify({ ...(this.text && { content: this.text }), tool_calls: toolCalls });
  }

  private addExtras(extras: DeltaExtras): void {
    if (extras.reasoning) this.reasoning += extras.reasoning;
    if (extras.refusal) this.refusal += extras.refusal;
    for (const delta of extras.tool_calls ?? []) this.calls.add(delta);
    if (extras.reasoning_details) this.reasoningDetails.add(extras.reasoning_details);
    for (const image of extras.images ?? []) this.images.push(image);
    if (extras.embeddings) this.embeddings = extras.embeddings;
    for (const annotation of extras.annotations ?? []) this.annotations.push(annotation);
  }
}

/** The text in a value of `Answer.said`. */
export function textOfSaid(said: string): string {
  if (!said.startsWith('{')) return said;
  try {
    const { content = '', tool_calls: calls } = JSON.parse(said) as {
      content?: unknown;
      tool_calls?: unknown;
    };
    return Array.isArray(calls) && typeof content === 'string' ? content : said;
  } catch {
    return said;
  }
}
