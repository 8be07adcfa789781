import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { getJson } from './catalogue-get.js';
import { asRecord } from '../upstream/json-values.js';

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 256 * 1024;

/** OpenRouter's figures for a completed answer. */
export interface Generation {
  /** US dollars, unchecked. */
  readonly cost: unknown;
  /** Native counts; null if it does not report them. */
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
}

/** Requests the actual cost of a generation from OpenRouter, at no cost, and not on the chats' connections. */
@Injectable()
export class Generations {
  constructor(private readonly settings: Settings) {}

  /** Undefined if there is no answer yet (a 404 at first is normal) or at the moment. Never rejects. */
  async find(id: string, signal: AbortSignal): Promise<Generation | undefined> {
    const path = `/generation?id=${encodeURIComponent(id)}`;
    const options = { timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, signal };
    const reply = await getJson(this.settings, path, options).catch(() => undefined);
    if (reply?.status !== 200) return undefined;
    const {
      total_cost: cost,
      native_tokens_prompt: prompt,
      native_tokens_completion: completion,
    } = asRecord(asRecord(reply.body).data);
    return cost === undefined
      ? undefined
      : { cost, promptTokens: count(prompt), completionTokens: count(completion) };
  }
}

function count(value: unknown): number | null {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : null;
}
