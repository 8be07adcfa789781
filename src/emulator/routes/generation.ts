import type { Generation } from '../state/generations.js';
import type { EmulatorState } from '../state/state.js';
import { Problem } from '../wire/problem.js';

const absent =
  'app_id cache_discount external_user http_referer moderation_latency native_tokens_completion_images num_fetches ' +
  'num_input_audio_prompt num_media_completion num_media_prompt num_search_results preset_id request_id ' +
  'response_cache_source_id router service_tier session_id upstream_inference_cost user_agent web_search_engine ' +
  'workspace_id';

/** `GET /generation?id=` */
export function lookUpGeneration({ options, generations }: EmulatorState, id: string): object {
  const generation = generations.lookUp(id, options);
  if (!generation) throw new Problem(404, { message: `Generation ${id} not found` });
  return { data: describe(generation) };
}

function describe(generation: Generation): object {
  const { identity, usage, streamed, cancelled, finishReason, latency } = generation;
  const provider = { provider_name: identity.provider, status: 200, latency, is_byok: false };
  return {
    ...Object.fromEntries(absent.split(' ').map((name) => [name, null])),
    id: identity.id,
    upstream_id: `chatcmpl-${identity.id}`,
    api_type: generation.apiType,
    model: identity.slug,
    provider_name: identity.provider,
    provider_responses: [{ ...provider, id: `chatcmpl-${identity.id}`, model_permaslug: identity.slug }],
    total_cost: usage?.cost ?? 0,
    usage: usage?.cost ?? 0,
    tokens_prompt: usage?.prompt_tokens ?? null,
    tokens_completion: usage?.completion_tokens ?? null,
    native_tokens_prompt: usage?.prompt_tokens ?? null,
    native_tokens_completion: usage?.completion_tokens ?? null,
    native_tokens_reasoning: usage?.completion_tokens_details.reasoning_tokens ?? null,
    native_tokens_cached: 0,
    latency: Math.round(latency),
    generation_time: Math.round(generation.generationTime),
    streamed,
    cancelled,
    finish_reason: cancelled ? null : finishReason,
    native_finish_reason: cancelled ? null : finishReason,
    created_at: new Date(identity.created * 1000).toISOString(),
    is_byok: false,
    data_region: 'global',
    origin: '',
  };
}
