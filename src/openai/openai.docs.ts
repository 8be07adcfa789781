import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation } from '@nestjs/swagger';
import { ApiAnswer } from '../chat/api-answer.decorator.js';
import { CHAT_FAILURES } from '../chat/chat-failures.js';
import { ApiFailures } from '../common/docs/api-failures.decorator.js';
import type { Problem } from '../common/problem.js';
import { methodNotAllowed } from '../common/problem.filter.js';
import { sseFrame } from '../common/sse-frame.js';
import { ModelError } from '../models/model.errors.js';
import { CompletionDto } from './dto/completion.dto.js';
import { CompletionRequestDto } from './dto/completion-request.dto.js';
import { OpenAiErrorDto } from './dto/openai-error.dto.js';
import { asNotFound, unknownModel } from '../chat/model-names.js';
import { openAiErrorBody } from './openai-error.js';

const HELLO = { model: 'mistral', messages: [{ role: 'user', content: 'Say hello.' }] };

const REQUESTS = {
  question: { summary: 'A question', value: HELLO },
  stream: {
    summary: 'As a stream',
    value: { ...HELLO, stream: true, stream_options: { include_usage: true } },
  },
  tools: {
    summary: 'With a tool',
    value: {
      model: 'llama',
      messages: [{ role: 'user', content: 'What is the weather in Paris? Use get_weather.' }],
      tools: [
        {
          type: 'function',
          function: {
            name: 'get_weather',
            parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
          },
        },
      ],
    },
  },
};

function chunk(delta: object, finishReason: string | null): string {
  return sseFrame({
    id: 'chatcmpl-01KATXV6Z3E6M3A9V8J6ZB1T5Q',
    object: 'chat.completion.chunk',
    created: 1763918447,
    model: 'mistral',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
  });
}

const EVENTS = {
  role: { summary: 'The first chunk', value: chunk({ role: 'assistant', content: '' }, null) },
  content: { summary: 'A piece of the answer', value: chunk({ content: 'Hel' }, null) },
  finish: { summary: 'Why it ended', value: chunk({}, 'stop') },
  done: { summary: 'The end, after the row was written', value: 'data: [DONE]\n\n' },
  error: {
    summary: 'The end, if the stream fails after it began',
    value: sseFrame(openAiErrorBody(new ModelError('upstream_truncated'))),
  },
};

export function ApiOpenAiErrors(...problems: readonly Problem[]): MethodDecorator {
  const shape = { contentType: 'application/json', dto: OpenAiErrorDto, body: openAiErrorBody };
  return ApiFailures(shape, problems);
}

export const MODEL_NOT_FOUND = asNotFound(unknownModel(['llama', 'mistral'], 'model'));

/** The errors that a route to a model may return. */
export function ApiOpenAiDoorErrors(path: string): MethodDecorator {
  return ApiOpenAiErrors(
    ...CHAT_FAILURES.filter(({ code }) => code !== MODEL_NOT_FOUND.code),
    MODEL_NOT_FOUND,
    methodNotAllowed({ path, method: 'GET' }, ['POST']),
  );
}

/** OpenAPI documentation of `POST /v1/chat/completions`. */
export function ApiCompletions(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      summary: 'Chat with a model in OpenAI’s format',
      description: 'For OpenAI clients: the base URL is this service’s `/v1`; without keys, any key works.',
    }),
    ApiBody({ type: CompletionRequestDto, examples: REQUESTS }),
    ApiAnswer(CompletionDto, EVENTS),
    ApiOpenAiDoorErrors('/v1/chat/completions'),
  );
}
