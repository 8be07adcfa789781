import type { Exchange } from '../../chat/exchange.js';
import { withoutNulls } from '../given-fields.js';
import type { ResponseDto, ResponseSettingsDto } from './dto/response.dto.js';
import type { ItemStatus, OutputItemDto } from './dto/response-item.dto.js';
import type { ResponseRequestDto } from './dto/response-request.dto.js';
import { isCachedSearch } from './input/tools.js';
import { reasoningEffort } from './response-request.js';
import { responseUsage } from './response-usage.js';

/** How an answer ended: `status` applies to the response and to the items that were still open. */
export interface ResponseEnd {
  readonly status: Exclude<ItemStatus, 'in_progress'>;
  readonly incomplete_details: ResponseDto['incomplete_details'];
}

const INCOMPLETE: ReadonlyMap<string | null, NonNullable<ResponseDto['incomplete_details']>> = new Map([
  ['length', { reason: 'max_output_tokens' }],
  ['content_filter', { reason: 'content_filter' }],
]);

export function responseEnd({ answer }: Exchange): ResponseEnd {
  const details = INCOMPLETE.get(answer.finishReason) ?? null;
  return { status: details ? 'incomplete' : 'completed', incomplete_details: details };
}

/** A response that has just started. */
export function begunResponse({ request, answer, context }: Exchange, body: ResponseRequestDto): ResponseDto {
  const response: Omit<ResponseDto, keyof ResponseSettingsDto> = {
    id: `resp_${request.id}`,
    object: 'response',
    created_at: Math.floor(context.timestamp / 1000),
    completed_at: null,
    status: 'in_progress',
    model: answer.model,
    output: [],
    error: null,
    incomplete_details: null,
    usage: null,
  };
  return Object.assign(response, settingsOf(body));
}

/** The response after a successful end. */
export function endedResponse(
  begun: ResponseDto,
  { answer, context, measured }: Exchange,
  end: ResponseEnd,
  output: readonly OutputItemDto[],
): ResponseDto {
  const completedAt = Math.floor(context.timestamp / 1000 + measured.latency);
  return Object.assign({}, begun, end, {
    output,
    completed_at: end.status === 'completed' ? completedAt : null,
    usage: responseUsage(answer.usage),
  });
}

/** The options of the request that OpenAI repeats in the reply. Options that the client did not set are null. */
function settingsOf(body: ResponseRequestDto): ResponseSettingsDto {
  const { user, safety_identifier, prompt_cache_key, service_tier } = body;
  return {
    background: false,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    metadata: body.metadata ?? {},
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    previous_response_id: null,
    reasoning: { effort: reasoningEffort(body), summary: null },
    store: false,
    temperature: body.temperature ?? null,
    text: {
      format: body.text?.format ?? { type: 'text' },
      ...withoutNulls({ verbosity: body.text?.verbosity }),
    },
    tool_choice: body.tool_choice ?? 'auto',
    tools: (body.tools ?? []).filter((tool) => !isCachedSearch(tool)),
    top_logprobs: body.top_logprobs ?? null,
    top_p: body.top_p ?? null,
    truncation: 'disabled',
    ...withoutNulls({ user, safety_identifier, prompt_cache_key, service_tier }),
  };
}
