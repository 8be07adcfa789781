import type { CallEnd, HoldTable } from './hold-table.js';

/** Settles calls, and keeps those that the database could not settle yet. */
export class CallEnds {
  private readonly settling = new Map<string, Promise<void>>();
  private readonly waiting = new Map<string, CallEnd>();

  constructor(private readonly holds: HoldTable) {}

  /** Settles the call at the next `retry`. */
  addLate(id: string, end: CallEnd): void {
    this.waiting.set(id, end);
  }

  /** Settles the call now or, if the database fails, at the next `retry`. */
  add(id: string, end: CallEnd): void {
    this.waiting.set(id, end);
    const settling = this.settle(id, end)
      .catch(() => undefined)
      .finally(() => this.settling.delete(id));
    this.settling.set(id, settling);
  }

  /** Undefined if the call is settled already, or waits for `retry`. */
  whenSettled(id: string): Promise<void> | undefined {
    return this.settling.get(id);
  }

  /** Rejects if the database does not answer. */
  async retry(): Promise<void> {
    for (const [id, end] of this.waiting) if (!this.settling.has(id)) await this.settle(id, end);
  }

  /** Other processes settle what is left by its rows. */
  async stop(): Promise<void> {
    await Promise.all(this.settling.values());
    await this.retry().catch(() => undefined);
  }

  private async settle(id: string, end: CallEnd): Promise<void> {
    await this.holds.settle(id, end);
    // Its bill may have arrived meanwhile.
    if (this.waiting.get(id) === end) this.waiting.delete(id);
  }
}
