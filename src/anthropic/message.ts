import type { Answer } from '../chat/answer.js';
import type { Exchange } from '../chat/exchange.js';
import type { ToolCall, Usage } from '../models/model.types.js';
import { asRecord } from '../models/upstream/json-values.js';
import type { AnswerBlockDto, AnswerMessageDto, MessageUsageDto } from './dto/message.dto.js';

/** Anthropic's own stop reasons, which OpenRouter passes on as the native reason. */
const STOP_REASONS = [
  ...['end_turn', 'max_tokens', 'stop_sequence', 'tool_use', 'pause_turn', 'refusal'],
  'model_context_window_exceeded',
];
const BY_FINISH_REASON: Readonly<Record<string, string>> = {
  length: 'max_tokens',
  tool_calls: 'tool_use',
  function_call: 'tool_use',
  content_filter: 'refusal',
};

/** A complete answer in Anthropic's format. */
export function message(exchange: Exchange): AnswerMessageDto {
  const { answer } = exchange;
  const { reasoning, text, refusal, toolCalls } = answer;
  const said = text + refusal;
  return Object.assign(emptyMessage(exchange), {
    content: [
      ...(reasoning
        ? [{ type: 'thinking', thinking: reasoning, signature: signatureOf(answer) } as const]
        : []),
      ...(said ? [{ type: 'text', text: said } as const] : []),
      ...toolCalls.map((call, index) => toolUse(call, toolUseId(exchange, call, index))),
    ],
    stop_reason: stopReason(answer),
  });
}

/** The start of a stream. The id is Anthropic's prefix followed by the id of the log row. */
export function emptyMessage({ request, answer }: Exchange): AnswerMessageDto {
  return {
    id: `msg_${request.id}`,
    type: 'message',
    role: 'assistant',
    model: answer.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    container: null,
    diagnostics: null,
    usage: messageUsage(answer.usage),
  };
}

/** OpenAI includes cached tokens in the prompt count; Anthropic counts them separately. */
export function messageUsage(usage: Usage | undefined): MessageUsageDto {
  const prompt = asRecord(usage?.raw.prompt_tokens_details);
  const completion = asRecord(usage?.raw.completion_tokens_details);
  const read = count(prompt.cached_tokens);
  const written = count(prompt.cache_write_tokens);
  const thinking = count(completion.reasoning_tokens);
  return {
    input_tokens: Math.max(0, (usage?.promptTokens ?? 0) - (read ?? 0) - (written ?? 0)),
    output_tokens: usage?.completionTokens ?? 0,
    cache_creation_input_tokens: written,
    cache_read_input_tokens: read,
    output_tokens_details: thinking === null ? null : { thinking_tokens: thinking },
    cache_creation: null,
    server_tool_use: null,
    inference_geo: null,
    service_tier: null,
    speed: null,
  };
}

/** If the model calls tools, that is the stop reason, even if the provider reports `stop`. */
export function stopReason({ finishReason, nativeFinishReason, toolCalls }: Answer): string {
  const native = STOP_REASONS.find((reason) => reason === nativeFinishReason);
  if (native !== undefined) return native;
  return BY_FINISH_REASON[finishReason ?? ''] ?? (toolCalls.length > 0 ? 'tool_use' : 'end_turn');
}

/** Some providers send no call id, but the tool result must name one. */
export function toolUseId({ request }: Exchange, { id }: ToolCall, index: number): string {
  return id === '' ? `toolu_${request.id}_${index}` : id;
}

/** The signature of the last detail that has one; empty if the provider signs nothing. */
export function signatureOf({ reasoningDetails }: Answer): string {
  const signed = reasoningDetails.all.map((detail) => asRecord(detail).signature);
  return signed.findLast((signature) => typeof signature === 'string') ?? '';
}

function toolUse({ function: { name, arguments: text } }: ToolCall, id: string): AnswerBlockDto {
  return { type: 'tool_use', id, name, input: parsed(text), caller: { type: 'direct' } };
}

/** If the model wrote invalid or truncated JSON, its text is passed on unchanged: nothing is made up. */
function parsed(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function count(value: unknown): number | null {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : null;
}
