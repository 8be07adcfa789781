import type { ReplyFormat } from '../chat/reply-format.js';
import { ChunkEncoder, type UsageFormat } from './chunk-encoder.js';
import { completion } from './completion.js';
import type { CompletionRequestDto } from './dto/completion-request.dto.js';

/** The replies of `POST /v1/chat/completions`. */
export function completionFormat(body: CompletionRequestDto): ReplyFormat {
  const functions = body.functions != null;
  return {
    reply: (exchange) => completion(exchange, functions),
    encoder: (exchange) => new ChunkEncoder(exchange, usageFormat(body), functions),
  };
}

/**
 * As OpenRouter does, every stream tells its usage, unless that is declined. Who did not ask for it may well read the
 * delta of every chunk, so there is one, empty: OpenRouter's own streams had it for a long time.
 */
function usageFormat({ stream_options: options, usage }: CompletionRequestDto): UsageFormat {
  const { include_usage: asked = usage?.include ?? undefined } = options ?? {};
  if (asked === false) return 'none';
  return asked === true ? 'without-choices' : 'with-empty-delta';
}
