import type { Answer } from './answers.js';
import type { Exchange } from './exchange.js';
import type { Identity } from './frames.js';
import { errorReply, jsonReply, type Reply } from './wire-error.js';

interface Generation {
  readonly identity: Identity;
  readonly answer: Answer;
  readonly streamed: boolean;
  cancelled: boolean;
  looked: boolean;
}

const capacity = 1000;

/** What `GET /generation` tells about the last completions. */
export class Generations {
  private readonly byId = new Map<string, Generation>();

  record(identity: Identity, answer: Answer, exchange: Exchange, streamed: boolean): void {
    if (this.byId.size === capacity) {
      for (const oldest of this.byId.keys()) {
        this.byId.delete(oldest);
        break;
      }
    }
    const generation = { identity, answer, streamed, cancelled: false, looked: false };
    this.byId.set(identity.id, generation);
    // To keep the exchange itself would keep its whole request and response in memory.
    exchange.response.once('close', () => {
      generation.cancelled = exchange.cancelled;
    });
  }

  /** The first look is too early, as it tends to be with the real service. */
  lookUp(id: string): Reply {
    const generation = this.byId.get(id);
    if (!generation?.looked) {
      if (generation) generation.looked = true;
      return errorReply(404, { message: `Generation ${id} not found` });
    }
    return jsonReply(200, { data: describe(generation) });
  }

  clear(): void {
    this.byId.clear();
  }
}

function describe({ identity, answer, streamed, cancelled }: Generation): object {
  const { usage } = answer;
  return {
    id: identity.id,
    model: identity.slug,
    provider_name: identity.provider,
    total_cost: usage.cost,
    usage: usage.cost,
    upstream_inference_cost: null,
    tokens_prompt: usage.prompt_tokens,
    tokens_completion: usage.completion_tokens,
    native_tokens_prompt: usage.prompt_tokens,
    native_tokens_completion: usage.completion_tokens,
    native_tokens_reasoning: usage.completion_tokens_details.reasoning_tokens,
    native_tokens_cached: 0,
    streamed,
    cancelled,
    finish_reason: answer.finishReason,
    native_finish_reason: answer.finishReason,
    created_at: new Date(identity.created * 1000).toISOString(),
    is_byok: false,
  };
}
