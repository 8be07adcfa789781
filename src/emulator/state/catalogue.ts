import { count, flag, nullable, number, text, type Values } from '../fields.js';

/** What a test may say about a slug. Prices are USD per token, as strings, the way OpenRouter lists them. */
export const modelFields = {
  name: text,
  /** Who serves it behind OpenRouter. */
  provider: text,
  contextLength: nullable(count),
  maxCompletionTokens: nullable(number),
  /** `-1` stands for "depends", null leaves it out of the list. */
  promptPrice: nullable(text),
  completionPrice: nullable(text),
  /** ISO date of a retirement notice. */
  expirationDate: nullable(text),
  /** Whether `GET /models` shows it. */
  listed: flag,
  /** Refused as unknown, and not listed. */
  retired: flag,
};
export type ModelChanges = Values<typeof modelFields>;
export type EmulatedModel = Required<ModelChanges> & { readonly slug: string };

const standIn = {
  ...{ provider: 'DeepInfra', contextLength: 131_072, maxCompletionTokens: null, expirationDate: null },
  ...{ promptPrice: '0', completionPrice: '0', listed: false, retired: false },
};

// As listed in November 2026: USD per token, tokens of context and of an answer. The date of the notice is made up:
// one model must carry one, or nobody tests for it.
const listed = `mistralai/ministral-8b-2512 | Mistral: Ministral 3 8B        | Mistral   | 0.00000015  | 0.00000015 | 262144
mistralai/ministral-3b-2512 | Mistral: Ministral 3 3B        | Mistral   | 0.0000001   | 0.0000001  | 131072
mistralai/mistral-nemo | Mistral: Mistral Nemo          | DeepInfra | 0.000000029 | 0.00000003 | 131072 | | 2027-03-31
mistralai/mistral-small-3.2-24b-instruct | Mistral: Mistral Small 3.2 24B | Mistral   | 0.0000001   | 0.0000003  | 131072
meta-llama/llama-3.1-8b-instruct | Meta: Llama 3.1 8B Instruct    | DeepInfra | 0.00000002  | 0.00000004 | 131072 | 16384`;

const known = new Map<string, ModelChanges>(
  listed.split('\n').map((row) => {
    const [slug = '', name, provider, promptPrice, completionPrice, context, most, expires] =
      row.split(/ *\| */);
    const limits = { contextLength: Number(context), maxCompletionTokens: most ? Number(most) : null };
    const prices = { promptPrice, completionPrice, expirationDate: expires ?? null };
    return [slug, { name, provider, ...limits, ...prices, listed: true }];
  }),
);

/** Every slug can be had; this says how it is listed and what it costs. */
export class Catalogue {
  private readonly changes = new Map<string, ModelChanges>();

  find(slug: string): EmulatedModel {
    return { ...standIn, name: slug, ...known.get(slug), ...this.changes.get(slug), slug };
  }

  /** Adds to what is said about a slug, which lists it; null: as it was. */
  change(slug: string, changes: ModelChanges | null): void {
    if (changes) this.changes.set(slug, { listed: true, ...this.changes.get(slug), ...changes });
    else this.changes.delete(slug);
  }

  /** @param plain a plain provider does not have what OpenRouter has */
  list(also: readonly string[], plain: boolean): EmulatedModel[] {
    const slugs = new Set([...(plain ? [] : known.keys()), ...also, ...this.changes.keys()]);
    const models = [...slugs].map((slug) => this.find(slug));
    return models.filter(({ slug, listed, retired }) => !retired && (listed || also.includes(slug)));
  }

  clear(): void {
    this.changes.clear();
  }
}
