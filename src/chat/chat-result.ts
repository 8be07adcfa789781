import type { Recorded, Receipt } from '../logging/recorded.js';
import type { ChatReplyDto, ChatResultDto } from './dto/chat-reply.dto.js';
import type { Exchange } from './exchange.js';

/** The receipt of an exchange whose events have ended: its row has been dealt with. */
export function receiptOf(recorded: Recorded<Exchange>): Receipt {
  if (!recorded.receipt)
    throw new Error('The events of an exchange have to be read to their end before its reply is made.');
  return recorded.receipt;
}

export function chatResult(
  { exchange: { answer, request } }: Recorded<Exchange>,
  receipt: Receipt,
): ChatResultDto {
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

export function chatReply(recorded: Recorded<Exchange>, receipt: Receipt): ChatReplyDto {
  return Object.assign({ response: recorded.exchange.answer.text }, chatResult(recorded, receipt));
}
