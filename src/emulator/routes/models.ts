import type { EmulatedModel } from '../state/catalogue.js';
import type { EmulatorState } from '../state/state.js';

const created = 1_764_547_200;
const parameters = 'max_tokens max_completion_tokens stop tools tool_choice response_format logprobs seed';

/** `GET /models` */
export function listModels({ options, catalogue }: EmulatorState): object {
  const plain = options.provider === 'openai';
  const models = catalogue
    .list(options.models, plain)
    .filter(({ slug, retired }) => !retired && !options.retired.includes(slug));
  if (!plain) return { data: models.map(describe), total_count: models.length, links: { next: null } };
  return {
    object: 'list',
    data: models.map(({ slug }) => ({ id: slug, object: 'model', created, owned_by: 'emulator' })),
  };
}

function describe(model: EmulatedModel): object {
  const { slug, name, promptPrice, completionPrice } = model;
  const price = (kind: string, usd: string | null) => (usd === null ? {} : { [kind]: usd });
  return {
    id: slug,
    canonical_slug: slug,
    name,
    created,
    description: `${name}, as played by Parley's emulator.`,
    context_length: model.contextLength,
    architecture: {
      modality: 'text->text',
      input_modalities: ['text'],
      output_modalities: ['text'],
      tokenizer: slug.startsWith('meta-llama/')
        ? 'Llama3'
        : slug.startsWith('mistralai/')
          ? 'Mistral'
          : 'Other',
      instruct_type: null,
    },
    pricing: {
      ...price('prompt', promptPrice),
      ...price('completion', completionPrice),
      request: '0',
      image: '0',
    },
    top_provider: {
      is_moderated: false,
      context_length: model.contextLength,
      max_completion_tokens: model.maxCompletionTokens,
    },
    per_request_limits: null,
    supported_parameters: parameters.split(' '),
    default_parameters: {},
    supported_voices: null,
    expiration_date: model.expirationDate,
    links: { details: `/api/v1/models/${slug}/endpoints` },
  };
}
