import type { ContentPart, Message, ToolCall } from '../../../models/model.types.js';

type Content = string | readonly ContentPart[];

/** What a model did in one turn, which a chat completion has in one message and a response in several items. */
interface Turn {
  readonly path: string;
  content: Content | undefined;
  reasoning: string;
  readonly calls: ToolCall[];
  readonly details: unknown[];
}

/** The messages that the items of an input amount to, and where each of them began. */
export class Conversation {
  readonly messages: Message[] = [];
  readonly paths: string[] = [];
  private turn: Turn | undefined;

  add(message: Message, path: string): void {
    this.endTurn();
    this.messages.push(message);
    this.paths.push(path);
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

  /** To be called after the last item. A turn of thoughts alone said nothing, and is left out. */
  endTurn(): void {
    const { turn } = this;
    this.turn = undefined;
    if (!turn || (turn.content === undefined && turn.calls.length === 0)) return;
    this.messages.push({
      role: 'assistant',
      content: turn.content ?? null,
      ...(turn.calls.length > 0 && { tool_calls: turn.calls }),
      ...(turn.reasoning && { reasoning: turn.reasoning }),
      ...(turn.details.length > 0 && { reasoning_details: turn.details }),
    });
    this.paths.push(turn.path);
  }

  private turnAt(path: string): Turn {
    this.turn ??= { path, content: undefined, reasoning: '', calls: [], details: [] };
    return this.turn;
  }
}
