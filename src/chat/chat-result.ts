import type { ChatReplyDto, ChatResultDto } from './dto/chat-reply.dto.js';
import type { RecordedExchange } from './reply.service.js';

export function chatResult(recorded: RecordedExchange): ChatResultDto {
  const { receipt } = recorded;
  const { answer, request } = recorded.exchange;
  return {
    latency: receipt.latency,
    prompt_tokens: answer.usage?.promptTokens ?? null,
    response_tokens: answer.usage?.completionTokens ?? null,
    model: answer.model,
    timestamp: receipt.timestamp,
    id: request.id,
    upstream_model: answer.upstreamModel,
    finish_reason: answer.finishReason,
    ttft: receipt.ttft,
    cost: answer.usage?.costUsd ?? null,
    attempts: answer.attempts,
  };
}

export function chatReply(recorded: RecordedExchange): ChatReplyDto {
  return Object.assign({ response: recorded.exchange.answer.text }, chatResult(recorded));
}
