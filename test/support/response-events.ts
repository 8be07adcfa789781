import { parseSse } from './sse-reader.js';

export interface ResponseEvent {
  readonly type: string;
  readonly sequence_number: number;
  readonly item_id: string;
  readonly output_index: number;
  readonly content_index: number;
  readonly delta: string;
  readonly item?: Item;
  readonly response?: ResponseReply;
  readonly [field: string]: unknown;
}

export interface ResponseReply {
  readonly status: string;
  readonly output: readonly Item[];
  readonly [field: string]: unknown;
}

interface Item {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly [field: string]: unknown;
}

/** The deltas of an item, and where their whole is told again: in an event, and in the item. */
const WHOLES = [
  ['response.output_text', 'text'],
  ['response.refusal', 'refusal'],
  ['response.reasoning_summary_text', 'text'],
  ['response.function_call_arguments', 'arguments'],
  ['response.custom_tool_call_input', 'input'],
] as const;

/**
 * Reads a stream of the Responses API, and checks what holds for every one: written from OpenAI's reference and the
 * accumulator of its SDK. Throws where it does not hold.
 */
export function parseResponseEvents(text: string): ResponseEvent[] {
  const frames = parseSse(text);
  const events = frames.map(({ data }) => JSON.parse(data) as ResponseEvent);
  expect(frames.map(({ event }) => event)).toEqual(events.map(({ type }) => type));
  expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, index) => index));
  expect(events.slice(0, 2).map(({ type }) => type)).toEqual(['response.created', 'response.in_progress']);
  for (const { response } of events.slice(0, 2))
    expect(response).toMatchObject({ object: 'response', status: 'in_progress', output: [], usage: null });
  const last = events.at(-1)!;
  expect(last.type).toBe(`response.${last.response!.status}`);
  expect(events.filter(({ response }) => response && response.status !== 'in_progress')).toEqual([last]);
  const added = ofType(events, 'response.output_item.added');
  expect(added.map(({ output_index }) => output_index)).toEqual(added.map((_, index) => index));
  expect(last.response!.output.map(({ id }) => id)).toEqual(added.map(({ item }) => item!.id));
  for (const [index, { item }] of added.entries()) expectItem(events, item!, index, last);
  return events;
}

export function ofType(events: readonly ResponseEvent[], ...types: readonly string[]): ResponseEvent[] {
  return events.filter(({ type }) => types.includes(type));
}

function expectItem(events: readonly ResponseEvent[], begun: Item, index: number, last: ResponseEvent): void {
  expect(begun.status).toBe('in_progress');
  const about = events.filter(({ item_id, item }) => item_id === begun.id || item?.id === begun.id);
  expect(about.filter(({ output_index }) => output_index !== index)).toEqual([]);
  expect(about[0]!.type).toBe('response.output_item.added');
  const dones = ofType(about, 'response.output_item.done');
  if (last.type === 'response.failed' && dones.length === 0) return;
  expect(dones).toEqual([about.at(-1)]);
  expect(dones[0]!.item).toEqual(last.response!.output[index]);
  expect(dones[0]!.item).toMatchObject({ type: begun.type, id: begun.id });
  for (const [name, field] of WHOLES)
    for (const done of ofType(about, `${name}.done`)) {
      const deltas = ofType(about, `${name}.delta`).filter(
        (delta) => delta.content_index === done.content_index,
      );
      expect(deltas.map(({ delta }) => delta).join('')).toBe(done[field]);
      expect(JSON.stringify(dones[0]!.item)).toContain(JSON.stringify(done[field]));
    }
  expectParts(about);
}

/** Each part is opened once and closed once, in order. */
function expectParts(about: readonly ResponseEvent[]): void {
  const parts = ofType(about, 'response.content_part.added', 'response.content_part.done');
  const names = parts.map(({ type, content_index }) => `${type.split('.').at(-1)} ${content_index}`);
  expect(names).toEqual(names.map((_, n) => `${n % 2 === 0 ? 'added' : 'done'} ${Math.floor(n / 2)}`));
}
