import { isObject } from '../fields.js';
import type { EmulatorOptions, Quirk } from '../options.js';
import { Problem } from '../wire/problem.js';

// CreateChatCompletionRequest of OpenAI's openapi.yaml.
const openAi = (
  'audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens max_tokens messages ' +
  'metadata modalities model n parallel_tool_calls prediction presence_penalty prompt_cache_key reasoning_effort ' +
  'response_format safety_identifier seed service_tier stop store stream stream_options temperature tool_choice ' +
  'tools top_logprobs top_p user verbosity web_search_options'
).split(' ');
// ChatCompletionRequest of Mistral's openapi.yaml.
const mistral = (
  'frequency_penalty max_tokens messages metadata model n parallel_tool_calls prediction presence_penalty ' +
  'prompt_mode random_seed response_format safe_prompt stop stream temperature tool_choice tools top_p'
).split(' ');

/** @throws Problem for a field that this plain provider does not take */
export function refuseFields({ provider, quirks }: EmulatorOptions, body: unknown): void {
  if (provider === 'openrouter' || !isObject(body)) return;
  const unknown = (quirk: Quirk, known: readonly string[]) =>
    quirks.includes(quirk) ? Object.entries(body).filter(([name]) => !known.includes(name)) : [];
  if (quirks.includes('max-completion-tokens') && body.max_tokens != null) {
    const message = `Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.`;
    throw new Problem(400, { message, param: 'max_tokens', code: 'unsupported_parameter' });
  }
  for (const [name] of unknown('strict', openAi))
    throw new Problem(400, { message: `Unrecognized request argument supplied: ${name}` });
  const detail = unknown('forbid-extra', mistral).map(([name, input]) => ({
    ...{ type: 'extra_forbidden', loc: ['body', name], msg: 'Extra inputs are not permitted', input },
  }));
  if (detail.length === 0) return;
  const error = { object: 'error', message: { detail }, type: 'invalid_request_error' };
  throw new Problem(422, { body: { ...error, param: null, code: null } });
}
