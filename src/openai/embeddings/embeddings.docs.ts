import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { ApiOpenAiDoorErrors } from '../openai.docs.js';
import { EmbeddingListDto } from './embedding-list.dto.js';
import { EmbeddingsRequestDto } from './embeddings-request.dto.js';

const REQUESTS = {
  text: { summary: 'A text', value: { model: 'llama', input: 'A parley is a talk between opponents.' } },
  texts: { summary: 'Several', value: { model: 'llama', input: ['A parley.', 'A talk.'] } },
  base64: {
    summary: 'Short and encoded',
    value: { model: 'llama', input: 'A parley.', dimensions: 64, encoding_format: 'base64' },
  },
};

/** OpenAPI documentation of `POST /v1/embeddings`. */
export function ApiEmbeddings(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      summary: 'Embed texts, in OpenAI’s format',
      description: 'For models that support embeddings. The log stores the texts, not the vectors.',
    }),
    ApiBody({ type: EmbeddingsRequestDto, examples: REQUESTS }),
    ApiOkResponse({ description: 'The vectors, after the row was written.', type: EmbeddingListDto }),
    ApiOpenAiDoorErrors('/v1/embeddings'),
  );
}
