import type { ChatEvent, DeltaExtras, ToolCallDelta } from '../../../models/model.types.js';
import type { ItemStatus, OutputItemDto } from '../dto/response-item.dto.js';
import { CallItem } from './call-item.js';
import { imageBase64, tellOfImage } from './image-item.js';
import { ItemPlace, type Tell } from './item-place.js';
import { MessageItem } from './message-item.js';
import { ReasoningItem } from './reasoning-item.js';
import { urlCitation, tokenLogprobs } from './text-details.js';

type Delta = Omit<Extract<ChatEvent, { type: 'delta' }>, 'type'>;

export interface OutputOptions {
  /** Of the response, without a prefix. */
  readonly id: string;
  readonly customTools: ReadonlySet<unknown>;
  /** Does the client want the thoughts for the model itself? */
  readonly encryptedReasoning: boolean;
}

/** An answer as items of a response: one of a kind at a time, but calls, whose pieces may come mixed. */
export class OutputItems {
  readonly items: OutputItemDto[] = [];
  private reasoning: ReasoningItem | undefined;
  private message: MessageItem | undefined;
  private readonly calls = new Map<number, CallItem>();
  private readonly open = new Set<ReasoningItem | MessageItem | CallItem>();
  private readonly lateDetails: unknown[] = [];

  constructor(
    private readonly options: OutputOptions,
    private readonly tell: Tell,
  ) {}

  add({ text, extras, logprobs }: Delta): void {
    if (extras) this.addThoughts(extras);
    const tokens = tokenLogprobs(logprobs);
    if (text !== '' || tokens.length > 0) this.theMessage().addText(text, tokens);
    if (extras) this.addExtras(extras);
  }

  close(status: ItemStatus): void {
    this.closeOpen(status, true);
    if (this.lateDetails.length === 0) return;
    const item = this.theReasoning();
    item.details.add(this.lateDetails);
    this.closeOpen(status, true);
  }

  private addThoughts({ reasoning, reasoning_details: details }: DeltaExtras): void {
    if (reasoning) this.theReasoning().addText(reasoning);
    if (!details || !this.options.encryptedReasoning) return;
    // A signature that comes after the text, or with a call, must not cut those in two.
    if (this.items.length === 0 || this.reasoning) this.theReasoning().details.add(details);
    else this.lateDetails.push(...details);
  }

  private addExtras({ refusal, annotations, images, tool_calls: calls }: DeltaExtras): void {
    if (refusal) this.theMessage().addRefusal(refusal);
    for (const citation of (annotations ?? []).map(urlCitation))
      if (citation) this.theMessage().addAnnotation(citation);
    for (const base64 of (images ?? []).map(imageBase64)) if (base64) this.addImage(base64);
    for (const delta of calls ?? []) this.addCall(delta);
  }

  private theReasoning(): ReasoningItem {
    return (this.reasoning ??= this.begin(() => new ReasoningItem(this.place('rs'))));
  }

  private theMessage(): MessageItem {
    return (this.message ??= this.begin(() => new MessageItem(this.place('msg'))));
  }

  private addImage(base64: string): void {
    this.closeOpen('completed');
    tellOfImage(this.place('ig'), base64);
  }

  private addCall(delta: ToolCallDelta): void {
    let call = this.calls.get(delta.index);
    if (!call) {
      call = this.begin(() => new CallItem((prefix) => this.place(prefix), this.options.customTools));
      this.calls.set(delta.index, call);
    }
    if (this.open.has(call)) call.add(delta);
  }

  private begin<Item extends ReasoningItem | MessageItem | CallItem>(make: () => Item): Item {
    this.closeOpen('completed');
    const item = make();
    this.open.add(item);
    return item;
  }

  /** Ends what has ended by the beginning of something else; a call only if it is whole, or if `all` is. */
  private closeOpen(status: ItemStatus, all = false): void {
    this.reasoning = undefined;
    this.message = undefined;
    for (const item of this.open) {
      if (!all && item instanceof CallItem && !item.isWhole) continue;
      item.close(status);
      this.open.delete(item);
    }
  }

  private place(prefix: string): ItemPlace {
    const { items, options, tell } = this;
    return new ItemPlace(`${prefix}_${options.id}_${items.length}`, items, tell);
  }
}
