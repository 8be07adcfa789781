import type { ToolCall, ToolCallDelta } from '../models/model.types.js';

interface GrowingCall {
  id: string;
  type: string;
  name: string;
  arguments: string;
}

/** Tool calls as they grow out of their pieces. */
export class ToolCalls {
  // By the upstream's own index, which may be any number: as the index of an array it could ask for a billion holes.
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
