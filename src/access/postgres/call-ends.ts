import type { CallEnd, HoldTable } from './hold-table.js';

/** Calls that are being settled, and those that wait for a database that is away. */
export class CallEnds {
  private readonly settling = new Map<string, Promise<void>>();
  private readonly waiting = new Map<string, CallEnd>();

  constructor(private readonly holds: HoldTable) {}

  /** When `retry` is called next. */
  addLate(id: string, end: CallEnd): void {
    this.waiting.set(id, end);
  }

  /** At once; if the database does not take it, when `retry` is called next. */
  add(id: string, end: CallEnd): void {
    this.waiting.set(id, end);
    const settling = this.settle(id, end)
      .catch(() => undefined)
      .finally(() => this.settling.delete(id));
    this.settling.set(id, settling);
  }

  /** Undefined: it is settled, or has to wait. */
  whenSettled(id: string): Promise<void> | undefined {
    return this.settling.get(id);
  }

  /** Rejects if the database does not answer. */
  async retry(): Promise<void> {
    for (const [id, end] of this.waiting) if (!this.settling.has(id)) await this.settle(id, end);
  }

  /** What is left then, another process settles by its row. */
  async stop(): Promise<void> {
    await Promise.all(this.settling.values());
    await this.retry().catch(() => undefined);
  }

  private async settle(id: string, end: CallEnd): Promise<void> {
    await this.holds.settle(id, end);
    // Its bill may have come meanwhile.
    if (this.waiting.get(id) === end) this.waiting.delete(id);
  }
}
