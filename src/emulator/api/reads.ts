import type { EmulatedModel } from '../state/catalogue.js';
import type { EmulatorState } from '../state/state.js';
import { Problem } from '../wire/problem.js';

// Fields of OpenRouter's schemas that say nothing here; its SDK wants them all.
const keyNulls = 'limit_reset creator_user_id organization_id workspace_id expires_at';
const keyZeros = 'byok_usage byok_usage_daily byok_usage_weekly byok_usage_monthly';
const keyFalsehoods = 'include_byok_in_limit is_free_tier is_management_key is_provisioning_key';
const generationNulls =
  'app_id cache_discount external_user http_referer moderation_latency native_tokens_completion_images num_fetches ' +
  'num_input_audio_prompt num_media_completion num_media_prompt num_search_results preset_id request_id ' +
  'response_cache_source_id router service_tier session_id upstream_inference_cost user_agent web_search_engine ' +
  'workspace_id';
const all = (names: string, value: unknown) =>
  Object.fromEntries(names.split(' ').map((name) => [name, value]));

const created = 1_764_547_200;
const parameters = 'max_tokens max_completion_tokens stop tools tool_choice response_format logprobs seed';

/** `GET /models` */
export function listModels({ options, catalogue }: EmulatorState): object {
  const plain = options.provider === 'openai';
  const models = catalogue.list(options.models, plain).filter(({ slug }) => !options.retired.includes(slug));
  if (!plain) return { data: models.map(describeModel), total_count: models.length, links: { next: null } };
  const data = models.map(({ slug: id }) => ({ id, object: 'model', created, owned_by: 'emulator' }));
  return { object: 'list', data };
}

function describeModel(model: EmulatedModel): object {
  const { slug, name, promptPrice: prompt, completionPrice: completion, contextLength } = model;
  const family = { 'meta-llama': 'Llama3', mistralai: 'Mistral' }[slug.split('/')[0] ?? ''];
  const limits = { context_length: contextLength, max_completion_tokens: model.maxCompletionTokens };
  return {
    id: slug,
    canonical_slug: slug,
    name,
    created,
    description: `${name}, as played by Parley's emulator.`,
    context_length: contextLength,
    architecture: {
      modality: 'text->text',
      ...{ input_modalities: ['text'], output_modalities: ['text'] },
      ...{ tokenizer: family ?? 'Other', instruct_type: null },
    },
    pricing: {
      ...(prompt === null ? {} : { prompt }),
      ...(completion === null ? {} : { completion }),
      ...{ request: '0', image: '0' },
    },
    top_provider: { is_moderated: false, ...limits },
    per_request_limits: null,
    supported_parameters: parameters.split(' '),
    default_parameters: {},
    supported_voices: null,
    expiration_date: model.expirationDate,
    links: { details: `/api/v1/models/${slug}/endpoints` },
  };
}

/** USD left of the key's limit; null without one. */
function creditLeft({ keyChanges, generations }: EmulatorState): number | null {
  const { limit = null, limit_remaining: said, usage = generations.spent } = keyChanges;
  return said !== undefined || limit === null ? (said ?? null) : limit - usage;
}

/** @throws Problem 402 when the key's credit is used up */
export function requireCredit(state: EmulatorState): void {
  if ((creditLeft(state) ?? 1) <= 0) throw new Problem(402, { code: 'insufficient_quota' });
}

/** `GET /key` */
export function describeKey(state: EmulatorState): object {
  const { refused: _, usage = state.generations.spent, limit = null, ...said } = state.keyChanges;
  const data = {
    ...{ ...all(keyNulls, null), ...all(keyZeros, 0), ...all(keyFalsehoods, false) },
    label: "a key of Parley's emulator",
    ...all('usage usage_daily usage_weekly usage_monthly', usage),
    allowed_data_regions: ['global'],
    free_model_daily_requests: { limit: 50, remaining: 50, used: 0 },
    rate_limit: { requests: -1, interval: '10s', note: 'This field is deprecated and safe to ignore.' },
    ...said,
    limit,
    limit_remaining: creditLeft(state),
  };
  return { data };
}

/** `GET /generation?id=` */
export function lookUpGeneration({ generations, options }: EmulatorState, query: { id?: unknown }): object {
  const id = typeof query.id === 'string' ? query.id : '';
  const generation = generations.lookUp(id, options);
  if (!generation) throw new Problem(404, { message: `Generation ${id} not found` });
  const { slug: model, provider: provider_name, usage, streamed, cancelled } = generation;
  const latency = Math.round(generation.latency);
  const answered = { provider_name, status: 200, latency, is_byok: false };
  const data = {
    ...all(generationNulls, null),
    id,
    upstream_id: `chatcmpl-${id}`,
    api_type: generation.apiType,
    model,
    provider_name,
    provider_responses: [{ ...answered, id: `chatcmpl-${id}`, model_permaslug: model }],
    ...all('total_cost usage', usage.cost ?? 0),
    ...all('tokens_prompt native_tokens_prompt', usage.prompt_tokens),
    ...all('tokens_completion native_tokens_completion', usage.completion_tokens),
    native_tokens_reasoning: usage.completion_tokens_details.reasoning_tokens,
    native_tokens_cached: 0,
    latency,
    generation_time: Math.round(generation.duration),
    streamed,
    cancelled,
    ...all('finish_reason native_finish_reason', generation.finishReason),
    created_at: new Date(generation.created * 1000).toISOString(),
    is_byok: false,
    data_region: 'global',
    origin: '',
  };
  return { data };
}
