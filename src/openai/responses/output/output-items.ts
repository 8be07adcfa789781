import type { ChatEvent, DeltaExtras, ToolCallDelta } from '../../../models/model.types.js';
import type { ItemStatus, OutputItemDto } from '../dto/response-item.dto.js';
import type { NamedTool } from '../tool-names.js';
import { CallItem } from './call-item.js';
import { imageBase64, tellOfImage } from './image-item.js';
import { ItemPlace, type Tell } from './item-place.js';
import { MessageItem } from './message-item.js';
import { ReasoningItem } from './reasoning-item.js';
import { urlCitation, tokenLogprobs } from './text-details.js';

type Delta = Omit<Extract<ChatEvent, { type: 'delta' }>, 'type'>;

export interface OutputOptions {
  /** The id of the response, without a prefix. */
  readonly id: string;
  /** The tools by the names that the model knows. */
  readonly tools: ReadonlyMap<string, NamedTool>;
  /** True if the client requested `reasoning.encrypted_content`. */
  readonly encryptedReasoning: boolean;
}

type Item = ReasoningItem | MessageItem | CallItem;

/** An answer as items of a response: in sequence, except calls, whose pieces may be interleaved. */
export class OutputItems {
  readonly items: OutputItemDto[] = [];
  private readonly calls = new Map<number, CallItem>();
  private readonly open = new Set<Item>();
  private readonly lateDetails: (readonly unknown[])[] = [];
  /** The last item, if no other has begun since. */
  private current: Item | undefined;

  constructor(
    private readonly options: OutputOptions,
    private readonly tell: Tell,
  ) {}

  add({ text, extras, logprobs }: Delta): void {
    if (extras) this.addThoughts(extras);
    const tokens = tokenLogprobs(logprobs);
    if (text !== '' || tokens.length > 0) this.message().addText(text, tokens);
    if (extras) this.addExtras(extras);
  }

  close(status: ItemStatus): void {
    for (const item of this.open) item.close(status);
    this.open.clear();
    this.current = undefined;
    if (this.lateDetails.length === 0) return;
    const late = this.reasoning();
    for (const details of this.lateDetails) late.details.add(details);
    late.close(status);
  }

  private addThoughts({ reasoning, reasoning_details: details }: DeltaExtras): void {
    if (reasoning) this.reasoning().addText(reasoning);
    if (!details?.length || !this.options.encryptedReasoning) return;
    // A signature that arrives after the text, or with a call, must not split them.
    if (this.items.length === 0 || this.current instanceof ReasoningItem)
      this.reasoning().details.add(details);
    else this.lateDetails.push(details);
  }

  private addExtras({ refusal, annotations, images, tool_calls: calls }: DeltaExtras): void {
    if (refusal) this.message().addRefusal(refusal);
    for (const citation of (annotations ?? []).map(urlCitation))
      if (citation) this.message().addAnnotation(citation);
    for (const base64 of (images ?? []).map(imageBase64)) if (base64) this.addImage(base64);
    for (const delta of calls ?? []) this.addCall(delta);
  }

  private reasoning(): ReasoningItem {
    if (this.current instanceof ReasoningItem) return this.current;
    return this.begin(() => new ReasoningItem(this.place('rs')));
  }

  private message(): MessageItem {
    if (this.current instanceof MessageItem) return this.current;
    return this.begin(() => new MessageItem(this.place('msg')));
  }

  private addImage(base64: string): void {
    this.closeCurrent();
    tellOfImage(this.place('ig'), base64);
  }

  private addCall(delta: ToolCallDelta): void {
    let call = this.calls.get(delta.index);
    if (!call) {
      call = this.begin(() => new CallItem((prefix) => this.place(prefix), this.options.tools));
      this.calls.set(delta.index, call);
    }
    if (this.open.has(call)) call.add(delta);
  }

  private begin<Begun extends Item>(make: () => Begun): Begun {
    this.closeCurrent();
    const item = make();
    this.current = item;
    this.open.add(item);
    return item;
  }

  /** A new item ends the current one; a call ends only if complete, because its pieces may be interleaved. */
  private closeCurrent(): void {
    const { current } = this;
    this.current = undefined;
    if (!current || (current instanceof CallItem && !current.isWhole)) return;
    current.close('completed');
    this.open.delete(current);
  }

  private place(prefix: string): ItemPlace {
    const { items, options, tell } = this;
    return new ItemPlace(`${prefix}_${options.id}_${items.length}`, items, tell);
  }
}
