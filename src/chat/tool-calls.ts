import type { ToolCall, ToolCallDelta } from '../models/model.types.js';

interface GrowingCall {
  id: string;
  type: string;
  name: string;
  arguments: string;
}

/** Assembles tool calls from their pieces. */
export class ToolCalls {
  // By the upstream's index, which may be any number: an array could be made to have a billion holes.
  private readonly calls = new Map<number, GrowingCall>();

  add({ index, id, type, function: part }: ToolCallDelta): void {
    let call = this.calls.get(index);
    if (!call) {
      call = { id: '', type: 'function', name: '', arguments: '' };
      this.calls.set(index, call);
    }
    if (id) call.id = id;
    if (type) call.type = type;
    if (part?.name) call.name += part.name;
    if (part?.arguments) call.arguments += part.arguments;
  }

  /** In order of appearance. */
  get all(): readonly ToolCall[] {
    return [...this.calls.values()].map(({ id, type, name, arguments: text }) => ({
      id,
      type,
      function: { name, arguments: text },
    }));
  }
}
