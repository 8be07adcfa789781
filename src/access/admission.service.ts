import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../common/http/request-context.js';
import { Settings } from '../config/settings.js';
import { ModelRegistry } from '../models/model-registry.service.js';
import { ModelError } from '../models/model.errors.js';
import type { ChatRequest } from '../models/model.types.js';
import type { Price } from '../models/openrouter/catalogue-listing.js';
import { Catalogue } from '../models/openrouter/catalogue.service.js';
import { modelNotAllowed, notPriced } from './access-failures.js';
import { Allowances, type Ask, type Soon } from './allowances/allowances.js';
import { callCost, outputCap, promptTokens, withOutputCap } from './call-cost.js';
import { KeyRing } from './key-ring.service.js';
import type { Key } from './keys/key.js';
import { unpricedField } from './unpriced-field.js';

/** Admits the chats that a key allows, and holds their money until they end. */
@Injectable()
export class Admission {
  constructor(
    private readonly keys: KeyRing,
    private readonly allowances: Allowances,
    private readonly catalogue: Catalogue,
    private readonly registry: ModelRegistry,
    private readonly settings: Settings,
  ) {}

  /**
   * The chat as it may be sent, with its slot reserved. Throws Problem 403 for a model that the key may not use, 429 or
   * 402 if a limit or the budget is exhausted, 503 if that is unknown.
   */
  admit(chat: ChatRequest, context: RequestContext): Soon<ChatRequest> {
    const key = context.keyId === '' ? undefined : this.keys.find(context.keyId);
    if (!key) return chat;
    assertAllowed(key, chat);
    if (!key.budget)
      return this.placed(chat, {}, context, key, { tokens: tokensOf(key, chat, promptTokens), amount: 0 });
    // Prices are loaded at start, before the first chat or shortly after.
    if (this.catalogue.isKnown) return this.budgeted(chat, context, key);
    return this.catalogue.whenAsked().then(() => this.budgeted(chat, context, key));
  }

  /** The subset of `names` that the key of this request may use. */
  allowed(names: readonly string[], { keyId }: RequestContext): readonly string[] {
    const models = keyId === '' ? undefined : this.keys.find(keyId)?.models;
    return models ? names.filter((name) => models.includes(name)) : names;
  }

  /** Bounds the output and holds the cost of the model's most expensive slug; a more expensive one adds to the hold. */
  private budgeted(chat: ChatRequest, context: RequestContext, key: Key): Soon<ChatRequest> {
    const unpriced = unpricedField(chat);
    if (unpriced !== undefined) throw notPriced(unpriced);
    // Vectors are not counted as output.
    const embeds = chat.operation === 'embeddings';
    const most = embeds ? 0 : (outputCap(chat.options) ?? this.settings.MAX_TOKENS_LIMIT);
    const options = embeds ? chat.options : withOutputCap(chat.options, most);
    const prompt = promptTokens(chat);
    const costOf = (slug: string, price: Price | undefined) =>
      callCost(this.catalogue.findPriced(slug, price), prompt, most);
    const [amount] = [chat.model, ...chat.fallback].flatMap((name) => {
      const model = this.registry.find(name);
      const costs = model?.slugs.usable().flatMap(({ slug }) => costOf(slug, model.price) ?? []) ?? [];
      return costs.length > 0 ? [Math.max(...costs)] : [];
    });
    if (amount === undefined) throw new ModelError('model_not_priced');
    const beforeAttempt = async (slug: string, model: string): Promise<void> => {
      // A client that disconnected has already released the money.
      context.signal.throwIfAborted();
      const cost = costOf(slug, this.registry.find(model)?.price);
      if (cost === undefined) throw new ModelError('model_not_priced');
      await this.allowances.raise(chat.id, cost);
      context.signal.throwIfAborted();
    };
    const onGeneration = (id: string): void => {
      this.allowances.generation(chat.id, id);
    };
    const changes = { options, atListedPrice: true, beforeAttempt, onGeneration };
    const tokens = tokensOf(key, chat, () => prompt);
    return this.placed(chat, changes, context, key, { tokens, amount });
  }

  private placed(
    chat: ChatRequest,
    changes: Partial<ChatRequest>,
    context: RequestContext,
    key: Key,
    room: Pick<Ask, 'tokens' | 'amount'>,
  ): Soon<ChatRequest> {
    const ready = (): ChatRequest => {
      context.onClosed(() => {
        this.allowances.leave(chat.id);
      });
      const onRecorded = () => this.allowances.whenSettled(chat.id);
      // Assigned, not spread: V8 builds a literal with spreads property by property, several µs a chat.
      return Object.assign({}, chat, changes, { onRecorded });
    };
    const taken = this.allowances.take({
      id: chat.id,
      key,
      beganAt: context.timestamp,
      model: chat.model,
      ...room,
    });
    return taken ? taken.then(ready) : ready();
  }
}

function assertAllowed({ models }: Key, { model, fallback }: ChatRequest): void {
  if (!models) return;
  for (const name of [model, ...fallback]) if (!models.includes(name)) throw modelNotAllowed(name, models);
}

/** Tokens counted against the minute: the answer counts only if the client itself limits it. */
function tokensOf({ tpm }: Key, chat: ChatRequest, prompt: (chat: ChatRequest) => number): number {
  return tpm === null ? 0 : prompt(chat) + (outputCap(chat.options) ?? 0);
}
