import type { Response } from 'express';
import fc from 'fast-check';
import { Readable } from 'node:stream';
import { parseSse } from '../../test/support/sse-reader.js';
import { Exchange } from '../chat/exchange.js';
import { RequestContext } from '../common/http/request-context.js';
import type { ChatEvent } from '../models/model.types.js';
import { message } from './message.js';
import { MessageEncoder } from './message-encoder.js';

type Json = Readonly<Record<string, unknown>>;

function exchange(): Exchange {
  const response = { on: () => undefined, once: () => undefined, destroyed: false } as unknown as Response;
  const context = new RequestContext(response, undefined, undefined);
  const request = { id: context.id, model: 'llama', messages: [], options: {}, fallback: [] };
  const made = new Exchange({
    request,
    context,
    events: Readable.from([]),
    maxTokens: undefined,
    streaming: true,
    format: { reply: message, encoder: (each) => new MessageEncoder(each) },
  });
  made.measurement = { timestamp: '2026-11-24T00:00:00.000Z', latency: 1, ttft: null, log: 'written' };
  return made;
}

/** Reads the stream as strictly as the protocol allows: one block open at a time, in order. Answers the blocks. */
function blocksOf(text: string): { blocks: Json[]; types: string[] } {
  const events = parseSse(text).map(({ event, data }) => {
    const parsed = JSON.parse(data) as Record<string, Json>;
    expect(parsed.type).toBe(event);
    return parsed as Record<string, Json> & { type: string };
  });
  const blocks: Record<string, unknown>[] = [];
  let open: Record<string, unknown> | undefined;
  let json = '';
  for (const event of events) {
    if (event.type === 'content_block_start') {
      expect(open).toBeUndefined();
      expect(event.index).toBe(blocks.length);
      open = { ...event.content_block };
      json = '';
      blocks.push(open);
    } else if (event.type === 'content_block_delta') {
      expect(event.index).toBe(blocks.length - 1);
      const { type, ...delta } = event.delta as Record<string, string>;
      expect(`${open!.type as string} ${type!}`).toMatch(
        /^(text text|thinking thinking|thinking signature|tool_use input_json)_delta$/,
      );
      for (const [name, value] of Object.entries(delta))
        if (name === 'partial_json') json += value;
        else open![name] = String(open![name]) + value;
    } else if (event.type === 'content_block_stop') {
      expect(event.index).toBe(blocks.length - 1);
      if (open!.type === 'tool_use' && json !== '') open!.input = JSON.parse(json) as unknown;
      open = undefined;
    }
  }
  expect(open).toBeUndefined();
  return { blocks, types: events.map(({ type }) => type) };
}

const text = fc.string({ unit: 'binary', maxLength: 6 });
const speech: fc.Arbitrary<ChatEvent> = fc.oneof(
  text.map((said) => ({ type: 'delta' as const, text: said })),
  text.map((reasoning) => ({ type: 'delta' as const, text: '', extras: { reasoning } })),
);
/** Up to four calls whose pieces come in any order among each other, each in its own. */
const calls = fc.array(
  fc.record({ id: fc.constantFrom('', 'a', 'b'), input: fc.dictionary(text, fc.oneof(text, fc.integer())) }),
  { maxLength: 4 },
);
const answers = fc.record({ calls, order: fc.array(fc.nat(4), { maxLength: 40 }), spoken: fc.array(speech) });

function eventsOf({
  calls: wanted,
  order,
  spoken,
}: typeof answers extends fc.Arbitrary<infer T> ? T : never) {
  const queues = wanted.map(({ id, input }, index) => {
    const part = (piece: object): ChatEvent => ({
      type: 'delta',
      text: '',
      extras: { tool_calls: [{ index, ...piece }] },
    });
    const pieces = JSON.stringify(input).match(/.{1,3}/gsu) ?? [];
    const first = part({ ...(id && { id: id + String(index) }), function: { name: `tool_${index}` } });
    return [first, ...pieces.map((piece) => part({ function: { arguments: piece } }))];
  });
  const all = [[...spoken], ...queues];
  const events: ChatEvent[] = [];
  for (const pick of order) events.push(...(all[pick % all.length] ?? []).splice(0, 1));
  return [...events, ...all.flat(), { type: 'finish', reason: 'stop' } as const];
}

it('streams in strict sequence what the whole reply says, however the upstream mixes it', () => {
  fc.assert(
    fc.property(answers, (answer) => {
      const made = exchange();
      const encoder = new MessageEncoder(made);
      let stream = '';
      for (const event of eventsOf(answer)) {
        made.observe([event]);
        stream += encoder.encode([event]);
      }
      const { blocks, types } = blocksOf(stream + encoder.end());
      const whole = message(made);
      expect(types.slice(0, 2)).toEqual(['message_start', 'ping']);
      expect(types.slice(-2)).toEqual(['message_delta', 'message_stop']);
      const joined = (from: readonly Json[], name: string) =>
        from.map((block) => (block[name] as string | undefined) ?? '').join('');
      const content = whole.content as unknown as Json[];
      for (const name of ['text', 'thinking']) expect(joined(blocks, name)).toBe(joined(content, name));
      const uses = (from: readonly Json[]) => from.filter(({ type }) => type === 'tool_use');
      expect(uses(blocks)).toEqual(uses(content));
      expect(whole.stop_reason).toBe(answer.calls.length > 0 ? 'tool_use' : 'end_turn');
    }),
    { numRuns: 200 },
  );
});
