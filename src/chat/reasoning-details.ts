/** The fields of a detail that arrive in pieces. */
const GROWING = ['text', 'summary', 'data'] as const;

type Detail = Record<string, unknown>;

/**
 * Reassembles OpenRouter's `reasoning_details`: to let the model continue its reasoning, a client must send them back
 * unchanged. In a stream they arrive in pieces that share type and index.
 */
export class ReasoningDetails {
  private readonly details: Detail[] = [];

  add(pieces: readonly unknown[]): void {
    for (const piece of pieces)
      if (typeof piece === 'object' && piece !== null) this.addPiece(piece as Detail);
  }

  get all(): readonly unknown[] {
    return this.details;
  }

  private addPiece(piece: Detail): void {
    const last = this.details.at(-1);
    if (last?.index === undefined || last.index !== piece.index || last.type !== piece.type) {
      this.details.push({ ...piece });
      return;
    }
    for (const [field, value] of Object.entries(piece)) {
      const before = last[field];
      const grows = GROWING.some((name) => name === field) && typeof before === 'string';
      if (grows && typeof value === 'string') last[field] = before + value;
      else if (value !== null && value !== undefined) last[field] = value;
    }
  }
}
