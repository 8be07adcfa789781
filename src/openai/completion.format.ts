import type { ReplyFormat } from '../chat/reply-format.js';
import { ChunkEncoder } from './chunk-encoder.js';
import { completion } from './completion.js';
import type { CompletionRequestDto } from './dto/completion-request.dto.js';

/** The replies of `POST /v1/chat/completions`. */
export function completionFormat({ stream_options: options }: CompletionRequestDto): ReplyFormat {
  return {
    reply: completion,
    encoder: (exchange) => new ChunkEncoder(exchange, options?.include_usage === true),
  };
}
