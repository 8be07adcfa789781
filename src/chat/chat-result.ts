import type { ChatReplyDto, ChatResultDto } from './dto/chat-reply.dto.js';
import type { Exchange } from './exchange.js';

export function chatResult({ answer, request, measured }: Exchange): ChatResultDto {
  return {
    latency: measured.latency,
    prompt_tokens: answer.usage?.promptTokens ?? null,
    response_tokens: answer.usage?.completionTokens ?? null,
    model: answer.model,
    timestamp: measured.timestamp,
    id: request.id,
    upstream_model: answer.upstreamModel,
    finish_reason: answer.finishReason,
    ttft: measured.ttft,
    cost: answer.usage?.costUsd ?? null,
    attempts: answer.attempts,
  };
}

export function chatReply(exchange: Exchange): ChatReplyDto {
  return Object.assign({ response: exchange.answer.text }, chatResult(exchange));
}
