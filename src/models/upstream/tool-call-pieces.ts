import type { ToolCallDelta } from '../model.types.js';
import {
  asRecord,
  isRecord,
  JsonExtent,
  nonEmptyList,
  nonEmptyText,
  saysNothing,
  type Json,
} from './json-values.js';
import { TextPieces } from './text-pieces.js';

/** One call so far. */
interface Call {
  /** Our index; the upstream's own if it is free. */
  readonly index: number;
  id: string | undefined;
  name: string;
  hasArguments: boolean;
  readonly extent: JsonExtent;
  readonly text: TextPieces;
}

interface Piece {
  readonly index: number | undefined;
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly arguments: string;
}

/**
 * Converts tool calls as providers stream them to what OpenAI's clients expect: each piece names its call by `index`,
 * id and name come once, arguments are text. Some providers send a whole call per chunk without an index, or all under
 * index 0; repeat the name in every piece; make a new id for each; or send the arguments as an object.
 */
export class ToolCallPieces {
  private readonly byUpstreamIndex = new Map<number, Call>();
  private readonly byId = new Map<string, Call>();
  private readonly taken = new Set<number>();
  private next = 0;
  private last: Call | undefined;

  /** Undefined if there is nothing about any call. */
  read(value: unknown): readonly ToolCallDelta[] | undefined {
    const deltas = nonEmptyList(value)
      ?.filter(isRecord)
      .map((raw) => this.readPiece(raw))
      .filter((delta) => delta !== undefined);
    return deltas?.length ? deltas : undefined;
  }

  private readPiece(raw: Json): ToolCallDelta | undefined {
    const { index: _index, id: _id, type, function: _function, ...rest } = raw;
    const piece = toPiece(raw);
    if (Object.values({ ...piece, ...rest, index: undefined }).every(saysNothing)) return undefined;
    const call = this.callOf(piece) ?? this.begin(piece);
    this.last = call;
    return {
      ...rest,
      index: call.index,
      ...(nonEmptyText(type) && { type: String(type) }),
      ...this.grow(call, piece),
    };
  }

  /** Adds the piece to its call. Returns the part that a client needs. */
  private grow(call: Call, piece: Piece): Pick<ToolCallDelta, 'id' | 'function'> {
    const id = call.id === undefined ? piece.id : undefined;
    const name = piece.name === call.name ? undefined : piece.name;
    const text = call.text.take(piece.arguments);
    if (id !== undefined) this.byId.set((call.id = id), call);
    call.name += name ?? '';
    call.hasArguments ||= text !== '';
    call.extent.add(text);
    const part = { ...(name !== undefined && { name }), ...(text !== '' && { arguments: text }) };
    return { ...(id !== undefined && { id }), ...(!saysNothing(part) && { function: part }) };
  }

  /** The call that the piece continues. */
  private callOf(piece: Piece): Call | undefined {
    const { index, id, name } = piece;
    const known = id === undefined ? undefined : this.byId.get(id);
    const call = index === undefined ? this.last : this.byUpstreamIndex.get(index);
    if (known && (index === undefined || call)) return known;
    if (!call || isAnother(call, piece)) return undefined;
    // Without an index a new id means a new call, unless the piece only adds arguments.
    return index === undefined && id !== undefined && (name !== undefined || piece.arguments === '')
      ? undefined
      : call;
  }

  private begin({ index }: Piece): Call {
    const ours = index === undefined || this.taken.has(index) ? this.next : index;
    const call: Call = {
      index: ours,
      id: undefined,
      name: '',
      hasArguments: false,
      extent: new JsonExtent(),
      text: new TextPieces(),
    };
    this.taken.add(ours);
    this.next = Math.max(this.next, ours + 1);
    if (index !== undefined) this.byUpstreamIndex.set(index, call);
    return call;
  }
}

function toPiece({ index, id, function: part }: Json): Piece {
  const { name, arguments: args } = asRecord(part);
  return {
    index: typeof index === 'number' && Number.isSafeInteger(index) && index >= 0 ? index : undefined,
    id: typeof id === 'number' ? String(id) : nonEmptyText(id),
    name: nonEmptyText(name),
    arguments:
      typeof args === 'string' ? args : args === null || args === undefined ? '' : JSON.stringify(args),
  };
}

/** Does the piece start another call with the same index or without one? Only a name can. */
function isAnother(call: Call, { index, id, name, arguments: text }: Piece): boolean {
  if (name === undefined || call.name === '' || (id !== undefined && id === call.id)) return false;
  const hasOtherId = id !== undefined && call.id !== undefined;
  if (call.extent.isWhole) return hasOtherId || text !== '';
  return name !== call.name && (hasOtherId || (index === undefined && !call.hasArguments));
}
