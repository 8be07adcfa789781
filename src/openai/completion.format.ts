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
 * As with OpenRouter, every stream reports its usage unless the client declines it. Clients that did not request it may
 * read the delta of every chunk, so the chunk has an empty one, as OpenRouter's own streams had for a long time.
 */
function usageFormat({ stream_options: options, usage }: CompletionRequestDto): UsageFormat {
  const { include_usage: asked = usage?.include ?? undefined } = options ?? {};
  if (asked === false) return 'none';
  return asked === true ? 'without-choices' : 'with-empty-delta';
}
