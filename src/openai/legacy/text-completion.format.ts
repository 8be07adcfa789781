import type { Exchange } from '../../chat/exchange.js';
import type { ReplyFormat } from '../../chat/reply-format.js';
import { completionIdentity } from '../completion-identity.js';
import { TextChunkEncoder } from './text-chunk-encoder.js';
import type { TextCompletionDto } from './text-completion.dto.js';
import type { TextCompletionRequestDto } from './text-completion-request.dto.js';
import { textLogprobs } from './text-logprobs.js';

/** The replies of `POST /v1/completions`. */
export function textCompletionFormat(body: TextCompletionRequestDto): ReplyFormat {
  const echo = body.echo === true ? [body.prompt].flat().join('') : '';
  const usage = body.stream_options?.include_usage === true;
  return {
    reply: (exchange) => textCompletion(exchange, echo),
    encoder: (exchange) => new TextChunkEncoder(exchange, echo, usage),
  };
}

function textCompletion(exchange: Exchange, echo: string): TextCompletionDto {
  const { answer } = exchange;
  const { text, refusal, finishReason, logprobs, usage } = answer;
  return {
    ...completionIdentity(exchange, 'cmpl'),
    object: 'text_completion',
    choices: [
      {
        text: echo + text + refusal,
        index: 0,
        logprobs: textLogprobs(logprobs.all, 0),
        finish_reason: finishReason,
      },
    ],
    ...(usage && { usage: usage.raw }),
  };
}
