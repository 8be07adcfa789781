import { ReasoningDetails } from '../../../chat/reasoning-details.js';
import type { ItemStatus, ReasoningItemDto } from '../dto/response-item.dto.js';
import { encryptedContent } from '../reasoning-content.js';
import type { ItemPlace } from './item-place.js';

/** The model's reasoning: a summary for display, and the encrypted form if the client requested it. */
export class ReasoningItem {
  private readonly item: ReasoningItemDto;
  readonly details = new ReasoningDetails();

  constructor(private readonly place: ItemPlace) {
    this.item = { type: 'reasoning', id: place.id, status: 'in_progress', summary: [] };
    place.added(this.item);
  }

  addText(text: string): void {
    let [part] = this.item.summary;
    if (!part) {
      part = { type: 'summary_text', text: '' };
      this.item.summary.push(part);
      this.changed('reasoning_summary_part.added', { part });
    }
    part.text += text;
    this.changed('reasoning_summary_text.delta', { delta: text });
  }

  close(status: ItemStatus): void {
    const [part] = this.item.summary;
    if (part) {
      this.changed('reasoning_summary_text.done', { text: part.text });
      this.changed('reasoning_summary_part.done', { part });
    }
    if (this.details.all.length > 0) this.item.encrypted_content = encryptedContent(this.details.all);
    this.item.status = status;
    this.place.done(this.item);
  }

  private changed(type: string, fields: object): void {
    this.place.changed(type, { summary_index: 0, ...fields });
  }
}
