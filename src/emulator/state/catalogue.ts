import { count, flag, nullable, number, readFields, text, type Values } from '../fields.js';

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

const standIn: Required<ModelChanges> = {
  name: '',
  provider: 'DeepInfra',
  contextLength: 131_072,
  maxCompletionTokens: null,
  promptPrice: '0',
  completionPrice: '0',
  expirationDate: null,
  listed: false,
  retired: false,
};

type Row = readonly [
  slug: string,
  name: string,
  provider: string,
  context: number,
  prompt: string,
  completion: string,
];

// As listed in November 2026, with USD per token of prompt and completion.
const rows: readonly Row[] = [
  ['mistralai/ministral-8b-2512', 'Mistral: Ministral 3 8B', 'Mistral', 262_144, '0.00000015', '0.00000015'],
  ['mistralai/ministral-3b-2512', 'Mistral: Ministral 3 3B', 'Mistral', 131_072, '0.0000001', '0.0000001'],
  ['mistralai/mistral-nemo', 'Mistral: Mistral Nemo', 'DeepInfra', 131_072, '0.000000029', '0.00000003'],
  [
    'mistralai/mistral-small-3.2-24b-instruct',
    'Mistral: Mistral Small 3.2 24B',
    'Mistral',
    131_072,
    '0.0000001',
    '0.0000003',
  ],
  [
    'meta-llama/llama-3.1-8b-instruct',
    'Meta: Llama 3.1 8B Instruct',
    'DeepInfra',
    131_072,
    '0.00000002',
    '0.00000004',
  ],
];
const known = new Map<string, ModelChanges>(
  rows.map(([slug, name, provider, contextLength, promptPrice, completionPrice]) => [
    slug,
    {
      name,
      provider,
      contextLength,
      promptPrice,
      completionPrice,
      listed: true,
      // The date is made up: one model must carry a notice, or nobody tests for it.
      expirationDate: slug.endsWith('/mistral-nemo') ? '2027-03-31' : null,
      maxCompletionTokens: slug.startsWith('meta-llama/') ? 16_384 : null,
    },
  ]),
);

/** Every slug can be had; this says how it is listed and what it costs. */
export class Catalogue {
  private readonly changes = new Map<string, ModelChanges>();

  find(slug: string): EmulatedModel {
    return { ...standIn, name: slug, ...known.get(slug), ...this.changes.get(slug), slug };
  }

  /** Adds to what is said about a slug, which lists it; null: as it was. */
  change(slug: string, changes: ModelChanges | null): void {
    if (changes) {
      const read = readFields('model', changes, modelFields);
      this.changes.set(slug, { listed: true, ...this.changes.get(slug), ...read });
    } else this.changes.delete(slug);
  }

  /** @param provider a plain one does not have what OpenRouter has */
  list(also: readonly string[], plain: boolean): EmulatedModel[] {
    const slugs = new Set([...(plain ? [] : known.keys()), ...also, ...this.changes.keys()]);
    return [...slugs]
      .map((slug) => this.find(slug))
      .filter((model) => also.includes(model.slug) || model.listed);
  }

  clear(): void {
    this.changes.clear();
  }
}
