import type { ChatEvent, DeltaExtras, ToolCall, ToolCallDelta, Usage } from '../models/model.types.js';

/** An answer as it grows: the fold over its events. What both JSON replies and the log are made of. */
export class Answer {
  text = '';
  reasoning = '';
  refusal = '';
  finishReason: string | null = null;
  nativeFinishReason: string | undefined;
  usage: Usage | undefined;
  /** Who answers, or was asked last. */
  model: string;
  upstreamModel = '';
  attempts = 0;
  private readonly calls: { id: string; type: string; name: string; arguments: string }[] = [];

  /** `model` is the name that was asked for. */
  constructor(model: string) {
    this.model = model;
  }

  /** True if the event is content: text, a tool call, reasoning. */
  add(event: ChatEvent): boolean {
    switch (event.type) {
      case 'delta':
        this.text += event.text;
        if (event.extras) this.addExtras(event.extras);
        return true;
      case 'attempt':
        this.model = event.model;
        this.upstreamModel = event.upstreamModel;
        this.attempts = event.attempt;
        return false;
      case 'finish':
        this.finishReason = event.reason;
        this.nativeFinishReason = event.nativeReason;
        return false;
      case 'usage':
        this.usage = event.usage;
        return false;
    }
  }

  get toolCalls(): readonly ToolCall[] {
    return this.calls.map(({ id, type, name, arguments: text }) => ({
      id,
      type,
      function: { name, arguments: text },
    }));
  }

  /** What was said, for the log: the text; tool calls, if there are any, as JSON. */
  get said(): string {
    if (this.calls.length === 0) return this.text || this.refusal;
    return JSON.stringify({ ...(this.text && { content: this.text }), tool_calls: this.toolCalls });
  }

  private addExtras({ reasoning, refusal, tool_calls: toolCalls }: DeltaExtras): void {
    if (reasoning) this.reasoning += reasoning;
    if (refusal) this.refusal += refusal;
    for (const delta of toolCalls ?? []) this.addToolCall(delta);
  }

  private addToolCall({ index, id, type, function: part }: ToolCallDelta): void {
    const call = (this.calls[index] ??= { id: '', type: 'function', name: '', arguments: '' });
    if (id) call.id = id;
    if (type) call.type = type;
    if (part?.name) call.name += part.name;
    if (part?.arguments) call.arguments += part.arguments;
  }
}
