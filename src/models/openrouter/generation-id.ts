import type { ChatEvent } from '../model.types.js';

/** An id that can be asked for and logged as it is. */
const ID = /^[\x21-\x7e]{1,200}$/;

/** The upstream's id of a generation: in a header, or in the chunks. */
export class GenerationId {
  private known = false;

  /** Tells of it once, if the value can be one. */
  note(value: unknown, into: ChatEvent[]): void {
    if (this.known || typeof value !== 'string' || !ID.test(value)) return;
    this.known = true;
    into.push({ type: 'generation', id: value });
  }
}
