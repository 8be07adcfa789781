import type { Usage } from '../answers/usage.js';
import type { EmulatorOptions } from '../options.js';

/** One answer that has ended: nobody is told about it before. */
export interface Generation {
  readonly id: string;
  readonly slug: string;
  /** Who served it. */
  readonly provider: string;
  readonly apiType: 'completions' | 'embeddings';
  readonly streamed: boolean;
  readonly cancelled: boolean;
  readonly finishReason: string | null;
  /** What it has really cost. */
  readonly usage: Usage;
  /** Unix seconds. */
  readonly created: number;
  /** From the request to the head of the answer, in ms. */
  readonly latency: number;
  /** From the request to its end, in ms. */
  readonly duration: number;
}

const capacity = 1000;

/** The last answers, with what they really cost. */
export class Generations {
  private readonly byId = new Map<string, Generation & { readonly endedAt: number; looks: number }>();
  /** USD, of all that ended since the start or the last reset. */
  spent = 0;

  record(generation: Generation): void {
    const [oldest] = this.byId.keys();
    if (oldest !== undefined && this.byId.size === capacity) this.byId.delete(oldest);
    this.byId.set(generation.id, { ...generation, endedAt: performance.now(), looks: 0 });
    this.spent += generation.usage.cost ?? 0;
  }

  /** @returns undefined as long as it is too early, as it tends to be with the real service */
  lookUp(id: string, { generationMisses, generationDelayMs }: EmulatorOptions): Generation | undefined {
    const generation = this.byId.get(id);
    if (!generation) return undefined;
    generation.looks += 1;
    const tooEarly = performance.now() - generation.endedAt < generationDelayMs;
    return tooEarly || generation.looks <= generationMisses ? undefined : generation;
  }

  clear(): void {
    this.byId.clear();
    this.spent = 0;
  }
}
