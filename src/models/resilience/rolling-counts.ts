export interface Counts {
  readonly calls: number;
  readonly failures: number;
}

interface Slot {
  /** Number of the slot since the clock's zero; distinguishes the slots of this round and earlier ones. */
  tick: number;
  calls: number;
  failures: number;
}

const SLOTS = 10;

/** Calls and failures of the last `windowMs`, to a tenth of it, in constant memory. */
export class RollingCounts {
  private readonly slotMs: number;
  private readonly slots: (Slot | undefined)[] = [];

  constructor(windowMs: number) {
    this.slotMs = windowMs / SLOTS;
  }

  add(calls: number, failures: number, now: number): void {
    const tick = Math.floor(now / this.slotMs);
    const place = tick % SLOTS;
    let slot = this.slots[place];
    if (slot?.tick !== tick) slot = this.slots[place] = { tick, calls: 0, failures: 0 };
    slot.calls += calls;
    slot.failures += failures;
  }

  total(now: number): Counts {
    const oldest = Math.floor(now / this.slotMs) - SLOTS + 1;
    let calls = 0;
    let failures = 0;
    for (const slot of this.slots) {
      // A slot without calls leaves a hole.
      if (slot === undefined || slot.tick < oldest) continue;
      calls += slot.calls;
      failures += slot.failures;
    }
    return { calls, failures };
  }

  clear(): void {
    this.slots.length = 0;
  }
}
