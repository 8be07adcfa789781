import type { OutputItemDto } from '../dto/response-item.dto.js';

/** Reports a change: the type of the event, without `response.`, and its fields. */
export type Tell = (type: string, fields: object) => void;

/** An item's position in the output, and how its changes are reported. */
export class ItemPlace {
  private readonly index: number;

  /** The next position in `output`; `added` takes it. */
  constructor(
    readonly id: string,
    private readonly output: OutputItemDto[],
    private readonly tell: Tell,
  ) {
    this.index = output.length;
  }

  added(item: OutputItemDto): void {
    this.output.push(item);
    this.tell('output_item.added', { output_index: this.index, item });
  }

  changed(type: string, fields: object): void {
    this.tell(type, { item_id: this.id, output_index: this.index, ...fields });
  }

  done(item: OutputItemDto): void {
    this.tell('output_item.done', { output_index: this.index, item });
  }
}
