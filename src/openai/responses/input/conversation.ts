import type { ContentPart, Message, ToolCall } from '../../../models/model.types.js';

type Content = string | readonly ContentPart[];

/** One turn of a model: one message in a chat completion, several items in a response. */
interface Turn {
  readonly path: string;
  content: Content | undefined;
  reasoning: string;
  readonly calls: ToolCall[];
  readonly details: unknown[];
}

/** The messages built from the items of an input, with the path of each message's first item. */
export class Conversation {
  readonly messages: Message[] = [];
  readonly paths: string[] = [];
  private turn: Turn | undefined;
  /** Non-text results of tools, and their path. */
  private shown: { readonly parts: ContentPart[]; readonly path: string } | undefined;

  add(message: Message, path: string): void {
    this.end();
    this.push(message, path);
  }

  /** A tool message can hold only text; images follow the last tool message, as a user message. */
  addOutput(id: string, output: Content, path: string): void {
    this.endTurn();
    const parts = typeof output === 'string' ? [] : output.filter(({ type }) => type !== 'text');
    const content = typeof output === 'string' || parts.length === 0 ? output : textOf(output);
    this.push({ role: 'tool', tool_call_id: id, content }, path);
    if (parts.length > 0) (this.shown ??= { parts: [], path }).parts.push(...parts);
  }

  answer(content: Content, path: string): void {
    if (this.turn?.content !== undefined) this.endTurn();
    this.turnAt(path).content = content;
  }

  call(call: ToolCall, path: string): void {
    this.turnAt(path).calls.push(call);
  }

  think(text: string, details: readonly unknown[], path: string): void {
    const turn = this.turnAt(path);
    turn.reasoning += text;
    turn.details.push(...details);
  }

  /** Call this after the last item. */
  end(): void {
    this.endTurn();
    if (this.shown) this.push({ role: 'user', content: this.shown.parts }, this.shown.path);
    this.shown = undefined;
  }

  /** A turn with only reasoning has no content and is omitted. */
  private endTurn(): void {
    const { turn } = this;
    this.turn = undefined;
    if (!turn || (turn.content === undefined && turn.calls.length === 0)) return;
    const message: Message = {
      role: 'assistant',
      content: turn.content ?? null,
      ...(turn.calls.length > 0 && { tool_calls: turn.calls }),
      ...(turn.reasoning && { reasoning: turn.reasoning }),
      ...(turn.details.length > 0 && { reasoning_details: turn.details }),
    };
    this.push(message, turn.path);
  }

  private push(message: Message, path: string): void {
    this.messages.push(message);
    this.paths.push(path);
  }

  private turnAt(path: string): Turn {
    if (!this.turn) this.end();
    this.turn ??= { path, content: undefined, reasoning: '', calls: [], details: [] };
    return this.turn;
  }
}

function textOf(parts: readonly ContentPart[]): string {
  return parts
    .map(({ text }) => text)
    .filter((text) => typeof text === 'string')
    .join('\n');
}
