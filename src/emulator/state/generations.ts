import type { Usage } from '../answers/usage.js';
import type { EmulatorOptions } from '../options.js';
import type { Exchange } from '../wire/exchange.js';
import type { Identity } from '../wire/style.js';

/** One answer, as it is known when its head leaves. */
export interface Generated {
  readonly identity: Identity;
  readonly apiType: 'completions' | 'embeddings';
  readonly streamed: boolean;
  readonly finishReason: string | null;
  /** What it has cost, asked when it has ended. */
  readonly bill: (exchange: Exchange) => Usage;
}

export interface Generation extends Omit<Generated, 'bill'> {
  looks: number;
  /** From the request to the head of the answer, in ms. */
  readonly latency: number;
  /** Set at its end, like the next three: nobody is told before. */
  endedAt?: number;
  generationTime: number;
  cancelled: boolean;
  usage?: Usage;
}

const capacity = 1000;

/** The last answers, with what they really cost. */
export class Generations {
  private readonly byId = new Map<string, Generation>();
  /** USD, of all that ended since the start or the last reset. */
  spent = 0;

  record({ bill, ...generated }: Generated, exchange: Exchange): void {
    for (const oldest of this.byId.size === capacity ? this.byId.keys() : []) {
      this.byId.delete(oldest);
      break;
    }
    const latency = performance.now() - exchange.startedAt;
    const generation: Generation = { ...generated, looks: 0, latency, generationTime: 0, cancelled: false };
    this.byId.set(generated.identity.id, generation);
    // To keep the exchange itself would keep its whole request and response in memory.
    exchange.response.once('close', () => {
      generation.endedAt = performance.now();
      generation.generationTime = generation.endedAt - exchange.startedAt;
      generation.cancelled = exchange.cancelled;
      generation.usage = bill(exchange);
      this.spent += generation.usage.cost ?? 0;
    });
  }

  /** @returns undefined as long as it is too early, as it tends to be with the real service */
  lookUp(id: string, { generationMisses, generationDelayMs }: EmulatorOptions): Generation | undefined {
    const generation = this.byId.get(id);
    if (generation?.endedAt === undefined) return undefined;
    generation.looks += 1;
    const tooEarly = performance.now() - generation.endedAt < generationDelayMs;
    return tooEarly || generation.looks <= generationMisses ? undefined : generation;
  }

  clear(): void {
    this.byId.clear();
    this.spent = 0;
  }
}
