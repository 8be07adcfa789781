/** A model that the emulator serves. Prices are USD per token, as strings, the way OpenRouter lists them. */
export interface EmulatedModel {
  readonly slug: string;
  readonly name: string;
  readonly provider: string;
  readonly contextLength: number;
  readonly maxCompletionTokens: number | null;
  readonly promptPrice: string;
  readonly completionPrice: string;
  /** ISO date of a retirement notice, or null. */
  readonly expirationDate: string | null;
}

// As listed in November 2026. `mistralai/mistral-7b-instruct` is left out on purpose: OpenRouter's catalogue no
// longer has it, so asking for it exercises the client's way of setting a dead slug aside.
const served: readonly EmulatedModel[] = [
  {
    slug: 'mistralai/ministral-8b-2512',
    name: 'Mistral: Ministral 3 8B',
    provider: 'Mistral',
    contextLength: 262_144,
    maxCompletionTokens: null,
    promptPrice: '0.00000015',
    completionPrice: '0.00000015',
    expirationDate: null,
  },
  {
    slug: 'mistralai/ministral-3b-2512',
    name: 'Mistral: Ministral 3 3B',
    provider: 'Mistral',
    contextLength: 131_072,
    maxCompletionTokens: null,
    promptPrice: '0.0000001',
    completionPrice: '0.0000001',
    expirationDate: null,
  },
  {
    slug: 'mistralai/mistral-nemo',
    name: 'Mistral: Mistral Nemo',
    provider: 'DeepInfra',
    contextLength: 131_072,
    maxCompletionTokens: null,
    promptPrice: '0.000000029',
    completionPrice: '0.00000003',
    // The date is made up: one model must carry a notice, or nobody tests for it.
    expirationDate: '2027-03-31',
  },
  {
    slug: 'mistralai/mistral-small-3.2-24b-instruct',
    name: 'Mistral: Mistral Small 3.2 24B',
    provider: 'Mistral',
    contextLength: 131_072,
    maxCompletionTokens: null,
    promptPrice: '0.0000001',
    completionPrice: '0.0000003',
    expirationDate: null,
  },
  {
    slug: 'meta-llama/llama-3.1-8b-instruct',
    name: 'Meta: Llama 3.1 8B Instruct',
    provider: 'DeepInfra',
    contextLength: 131_072,
    maxCompletionTokens: 16_384,
    promptPrice: '0.00000002',
    completionPrice: '0.00000004',
    expirationDate: null,
  },
];

const bySlug = new Map(served.map((model) => [model.slug, model]));

export function findModel(slug: string): EmulatedModel | undefined {
  return bySlug.get(slug);
}

/** A stand-in for a slug that nobody serves but that a test has scripted. */
export function improviseModel(slug: string): EmulatedModel {
  return {
    slug,
    name: slug,
    provider: 'Emulator',
    contextLength: 131_072,
    maxCompletionTokens: null,
    promptPrice: '0',
    completionPrice: '0',
    expirationDate: null,
  };
}

/** The body of `GET /models`. */
export function listModels(): { data: unknown[] } {
  return { data: served.map(describeModel) };
}

function describeModel(model: EmulatedModel): unknown {
  return {
    id: model.slug,
    canonical_slug: model.slug,
    name: model.name,
    created: 1_764_547_200,
    description: `${model.name}, as played by Parley's emulator.`,
    context_length: model.contextLength,
    architecture: {
      modality: 'text->text',
      input_modalities: ['text'],
      output_modalities: ['text'],
      tokenizer: model.slug.startsWith('meta-llama/') ? 'Llama3' : 'Mistral',
      instruct_type: null,
    },
    pricing: { prompt: model.promptPrice, completion: model.completionPrice, request: '0', image: '0' },
    top_provider: {
      is_moderated: false,
      context_length: model.contextLength,
      max_completion_tokens: model.maxCompletionTokens,
    },
    per_request_limits: null,
    supported_parameters: [
      'max_tokens',
      'stop',
      'tools',
      'tool_choice',
      'response_format',
      'logprobs',
      'seed',
    ],
    default_parameters: {},
    supported_voices: null,
    expiration_date: model.expirationDate,
    links: { details: `/api/v1/models/${model.slug}/endpoints` },
  };
}
