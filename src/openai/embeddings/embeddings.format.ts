import type { Exchange } from '../../chat/exchange.js';
import type { ReplyFormat } from '../../chat/reply-format.js';
import type { Embedding } from '../../models/model.types.js';
import type { EmbeddingListDto } from './embedding-list.dto.js';
import type { EmbeddingsRequestDto } from './embeddings-request.dto.js';

const BYTES_PER_FLOAT = 4;

/** The reply of `POST /v1/embeddings`, in the requested encoding: not every provider supports both. */
export function embeddingsFormat({ encoding_format: format }: EmbeddingsRequestDto): ReplyFormat {
  const encoded = format === 'base64' ? toBase64 : toNumbers;
  return {
    reply: ({ answer }: Exchange): EmbeddingListDto => ({
      object: 'list',
      data: answer.embeddings.map((embedding, index) => ({
        object: 'embedding',
        index,
        embedding: encoded(embedding),
      })),
      model: answer.model,
      ...(answer.usage && { usage: answer.usage.raw }),
    }),
    encoder: () => {
      throw new Error('Vectors are not streamed.');
    },
  };
}

function toBase64(embedding: Embedding): string {
  if (typeof embedding === 'string') return embedding;
  const bytes = Buffer.alloc(embedding.length * BYTES_PER_FLOAT);
  embedding.forEach((value, index) => bytes.writeFloatLE(value, index * BYTES_PER_FLOAT));
  return bytes.toString('base64');
}

function toNumbers(embedding: Embedding): readonly number[] {
  if (typeof embedding !== 'string') return embedding;
  const bytes = Buffer.from(embedding, 'base64');
  return Array.from({ length: bytes.length / BYTES_PER_FLOAT }, (_, index) =>
    bytes.readFloatLE(index * BYTES_PER_FLOAT),
  );
}
