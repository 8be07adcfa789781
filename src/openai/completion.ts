import type { Answer } from '../chat/answer.js';
import type { Exchange } from '../chat/exchange.js';
import { completionIdentity } from './completion-identity.js';
import { functionCallOf, functionFinish } from './function-calls.js';
import type { CompletionDto, CompletionReplyMessageDto } from './dto/completion.dto.js';

/** A complete answer in OpenAI's format. `functions`: the client does not support tools. */
export function completion(exchange: Exchange, functions: boolean): CompletionDto {
  const { answer } = exchange;
  const { id, created, model } = completionIdentity(exchange);
  return {
    id,
    object: 'chat.completion',
    created,
    model,
    system_fingerprint: null,
    choices: [
      {
        index: 0,
        message: message(answer, functions),
        logprobs: answer.logprobs.all,
        finish_reason: functions ? functionFinish(answer.finishReason) : answer.finishReason,
      },
    ],
    ...(answer.usage && { usage: answer.usage.raw }),
  };
}

/** Fields beyond OpenAI's: `reasoning`, `reasoning_details` and `images`, with OpenRouter's names. */
function message(answer: Answer, functions: boolean): CompletionReplyMessageDto {
  const { text, refusal, toolCalls, reasoning, images, annotations } = answer;
  const saidElsewhere = toolCalls.length > 0 || refusal !== '';
  const details = answer.reasoningDetails.all;
  return {
    role: 'assistant',
    content: text === '' && saidElsewhere ? null : text,
    refusal: refusal || null,
    ...(toolCalls.length > 0 && (functions ? functionCallOf(toolCalls) : { tool_calls: toolCalls })),
    ...(reasoning && { reasoning }),
    ...(details.length > 0 && { reasoning_details: details }),
    ...(images.length > 0 && { images }),
    ...(annotations.length > 0 && { annotations }),
  };
}
