import type { Exchange } from '../chat/exchange.js';
import type { EventEncoder } from '../common/http/event-stream.js';
import type { Problem } from '../common/problem.js';
import { sseComment, sseFrame } from '../common/sse-frame.js';
import type { ChatEvent, ChatEventBatch, ToolCallDelta } from '../models/model.types.js';
import { anthropicErrorBody } from './anthropic-error.js';
import { emptyMessage, messageUsage, signatureOf, stopReason, toolUseId } from './message.js';

type Speech = 'thinking' | 'text';

/**
 * An answer as Anthropic streams it: block after block, then the stop reason and the usage. A tool call
 * stays open to the end, because more of it may arrive at any time; parallel content waits until then. Clients
 * may rely on the blocks being in sequence, and act on tools only when all have arrived.
 */
export class MessageEncoder implements EventEncoder<ChatEventBatch> {
  private begun = false;
  /** The index of the open block, or of the next one. */
  private index = 0;
  private open: Speech | 'tool_use' | undefined;
  /** The upstream's index of the first call. */
  private firstCall: number | undefined;
  private readonly waiting: Record<Speech, string> = { thinking: '', text: '' };

  constructor(private readonly exchange: Exchange) {}

  encode(batch: ChatEventBatch): string {
    let frames = '';
    for (const event of batch) frames += this.frames(event);
    return frames;
  }

  end(): string {
    const { answer, isLogPending } = this.exchange;
    const delta = { stop_reason: stopReason(answer), stop_sequence: null, stop_details: null };
    return (
      this.begin() +
      this.rest() +
      frame('message_delta', { delta, usage: messageUsage(answer.usage) }) +
      (isLogPending ? sseComment('log pending') : '') +
      frame('message_stop')
    );
  }

  fail(problem: Problem): string {
    return sseFrame(anthropicErrorBody(problem, this.exchange.context.requestId), 'error');
  }

  private frames(event: ChatEvent): string {
    if (event.type === 'finish') return this.begin();
    if (event.type !== 'delta') return '';
    const { reasoning = '', refusal = '', tool_calls: calls = [] } = event.extras ?? {};
    let frames = this.begin() + this.say('thinking', reasoning) + this.say('text', event.text + refusal);
    for (const call of calls) frames += this.call(call);
    return frames;
  }

  /** Sent once, as the first event, when the answering model is known. */
  private begin(): string {
    if (this.begun) return '';
    this.begun = true;
    return frame('message_start', { message: emptyMessage(this.exchange) }) + frame('ping');
  }

  private say(kind: Speech, text: string): string {
    if (text === '') return '';
    if (this.firstCall !== undefined) {
      this.waiting[kind] += text;
      return '';
    }
    const empty = kind === 'text' ? { text: '' } : { thinking: '', signature: '' };
    const opening = this.open === kind ? '' : this.close() + this.start(kind, empty);
    return opening + this.delta({ type: `${kind}_delta`, [kind]: text });
  }

  private call({ index, function: part }: ToolCallDelta): string {
    this.firstCall ??= index;
    // Until its arguments start, its name may still grow.
    if (index !== this.firstCall || !part?.arguments) return '';
    return this.startCall(0) + this.delta({ type: 'input_json_delta', partial_json: part.arguments });
  }

  /** A call by its index among the calls of the answer. */
  private startCall(place: number): string {
    const call = this.exchange.answer.toolCalls[place];
    if (!call || this.open === 'tool_use') return '';
    const id = toolUseId(this.exchange, call, place);
    const block = { id, name: call.function.name, input: {}, caller: { type: 'direct' } };
    return this.close() + this.start('tool_use', block);
  }

  /** The content that waited for the end of the first call, and the ends of all calls. */
  private rest(): string {
    let frames = this.firstCall === undefined ? '' : this.startCall(0);
    frames += this.close();
    this.firstCall = undefined;
    const { thinking, text } = this.waiting;
    frames += this.say('thinking', thinking) + this.say('text', text) + this.close();
    const { toolCalls } = this.exchange.answer;
    toolCalls.slice(1).forEach(({ function: { arguments: json } }, index) => {
      frames += this.startCall(index + 1);
      if (json !== '') frames += this.delta({ type: 'input_json_delta', partial_json: json });
      frames += this.close();
    });
    return frames;
  }

  private start(type: Speech | 'tool_use', block: object): string {
    this.open = type;
    return frame('content_block_start', { index: this.index, content_block: { type, ...block } });
  }

  private delta(delta: object): string {
    return frame('content_block_delta', { index: this.index, delta });
  }

  private close(): string {
    if (this.open === undefined) return '';
    const signature = this.open === 'thinking' ? signatureOf(this.exchange.answer) : '';
    const signed = signature === '' ? '' : this.delta({ type: 'signature_delta', signature });
    this.open = undefined;
    return signed + frame('content_block_stop', { index: this.index++ });
  }
}

function frame(type: string, fields: object = {}): string {
  return sseFrame({ type, ...fields }, type);
}
