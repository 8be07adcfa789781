import type {
  ItemStatus,
  OutputMessageDto,
  OutputRefusalDto,
  OutputTextDto,
} from '../dto/response-item.dto.js';
import type { ItemPlace } from './item-place.js';

/** The model's message: its text and refusals. */
export class MessageItem {
  private readonly item: OutputMessageDto;

  constructor(private readonly place: ItemPlace) {
    this.item = { type: 'message', id: place.id, status: 'in_progress', role: 'assistant', content: [] };
    place.added(this.item);
  }

  addText(text: string, logprobs: readonly unknown[]): void {
    const part = this.textPart();
    part.text += text;
    for (const token of logprobs) part.logprobs.push(token);
    this.changed('output_text.delta', { delta: text, logprobs });
  }

  addRefusal(refusal: string): void {
    const part = this.refusalPart();
    part.refusal += refusal;
    this.changed('refusal.delta', { delta: refusal });
  }

  addAnnotation(annotation: object): void {
    const { annotations } = this.textPart();
    annotations.push(annotation);
    this.changed('output_text.annotation.added', { annotation_index: annotations.length - 1, annotation });
  }

  close(status: ItemStatus): void {
    this.closePart();
    this.item.status = status;
    this.place.done(this.item);
  }

  private textPart(): OutputTextDto {
    const part = this.item.content.at(-1);
    return part?.type === 'output_text'
      ? part
      : this.open({ type: 'output_text', text: '', annotations: [], logprobs: [] });
  }

  private refusalPart(): OutputRefusalDto {
    const part = this.item.content.at(-1);
    return part?.type === 'refusal' ? part : this.open({ type: 'refusal', refusal: '' });
  }

  private open<Part extends OutputTextDto | OutputRefusalDto>(part: Part): Part {
    this.closePart();
    this.item.content.push(part);
    this.changed('content_part.added', { part });
    return part;
  }

  private closePart(): void {
    const part = this.item.content.at(-1);
    if (!part) return;
    if (part.type === 'refusal') this.changed('refusal.done', { refusal: part.refusal });
    else this.changed('output_text.done', { text: part.text, logprobs: part.logprobs });
    this.changed('content_part.done', { part });
  }

  /** Reports a change of the last part. */
  private changed(type: string, fields: object): void {
    this.place.changed(type, { content_index: this.item.content.length - 1, ...fields });
  }
}
