import type { ReplyFormat } from '../chat/reply.service.js';
import { ChunkEncoder } from './chunk-encoder.js';
import { completion } from './completion.js';
import type { CompletionRequestDto } from './dto/completion-request.dto.js';

/** The replies of `POST /v1/chat/completions`. */
export function completionFormat({ stream_options: options }: CompletionRequestDto): ReplyFormat {
  return {
    reply: ({ exchange }) => completion(exchange),
    encoder: (recorded) => new ChunkEncoder(recorded, options?.include_usage === true),
  };
}
