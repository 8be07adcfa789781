import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiOkResponse, ApiOperation, getSchemaPath } from '@nestjs/swagger';
import { CHAT_FAILURES } from '../../chat/chat-failures.js';
import { methodNotAllowed } from '../../common/problem.filter.js';
import { sseFrame } from '../../common/sse-frame.js';
import { ModelError } from '../../models/model.errors.js';
import { ApiOpenAiErrors, MODEL_NOT_FOUND } from '../openai.docs.js';
import { openAiErrorBody } from '../openai-error.js';
import { TextCompletionRequestDto } from './text-completion-request.dto.js';
import { TextCompletionDto } from './text-completion.dto.js';

const HELLO = { model: 'mistral', prompt: 'Say hello.' };

const REQUESTS = {
  question: { summary: 'A question', value: HELLO },
  stream: { summary: 'As a stream', value: { ...HELLO, stream: true } },
  echo: {
    summary: 'With the prompt in front',
    value: { ...HELLO, prompt: ['One, two,'], echo: true, max_tokens: 9 },
  },
};

function chunk(summary: string, text: string, reason: string | null): object {
  const choices = [{ text, index: 0, logprobs: null, finish_reason: reason }];
  const id = 'cmpl-01KATXV6Z3E6M3A9V8J6ZB1T5Q';
  return {
    summary,
    value: sseFrame({ id, created: 1763918447, model: 'mistral', object: 'text_completion', choices }),
  };
}

const EVENTS = {
  text: chunk('A piece of the answer', 'Hel', null),
  finish: chunk('Why it ended', '', 'stop'),
  done: { summary: 'The end, after the row was written', value: 'data: [DONE]\n\n' },
  error: {
    summary: 'The end, if it failed after it had begun',
    value: sseFrame(openAiErrorBody(new ModelError('upstream_truncated'))),
  },
};

/** What the documentation says of `POST /v1/completions`. */
export function ApiTextCompletions(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      summary: 'Ask a model, in the older shapes of OpenAI',
      description: 'For clients that know no chats. The prompt is asked as one message of the user.',
    }),
    ApiExtraModels(TextCompletionDto),
    ApiBody({ type: TextCompletionRequestDto, examples: REQUESTS }),
    ApiOkResponse({
      description: 'The answer, after its row was written.',
      content: {
        'application/json': { schema: { $ref: getSchemaPath(TextCompletionDto) } },
        'text/event-stream': { schema: { type: 'string' }, examples: EVENTS },
      },
    }),
    ApiOpenAiErrors(
      ...CHAT_FAILURES.filter(({ code }) => code !== MODEL_NOT_FOUND.code),
      MODEL_NOT_FOUND,
      methodNotAllowed({ path: '/v1/completions', method: 'GET' }, ['POST']),
    ),
  );
}
