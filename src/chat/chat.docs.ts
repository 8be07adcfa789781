import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiOperation, getSchemaPath } from '@nestjs/swagger';
import { ApiProblems } from '../common/docs/api-failures.decorator.js';
import { methodNotAllowed, problemBody } from '../common/problem.filter.js';
import { sseFrame } from '../common/sse-frame.js';
import { ModelError } from '../models/model.errors.js';
import { ApiAnswer } from './api-answer.decorator.js';
import { CHAT_FAILURES, UNKNOWN_MODEL } from './chat-failures.js';
import { ChatReplyDto, type ChatResultDto } from './dto/chat-reply.dto.js';
import { ConversationRequestDto, PromptRequestDto } from './dto/chat-request-forms.dto.js';

const RESULT: ChatResultDto = {
  latency: 3.972,
  prompt_tokens: 4,
  response_tokens: 47,
  model: 'mistral',
  timestamp: '2026-11-23T17:20:47.475Z',
  id: '01KATXV6Z3E6M3A9V8J6ZB1T5Q',
  upstream_model: 'mistralai/ministral-8b-2512',
  finish_reason: 'stop',
  ttft: 0.412,
  cost: 0.0000123,
  attempts: 1,
};

const REQUESTS = {
  prompt: { summary: 'A prompt', value: { prompt: 'Say hello in one short sentence.', model: 'mistral' } },
  conversation: {
    summary: 'A conversation',
    value: {
      model: 'llama',
      messages: [
        { role: 'system', content: 'Answer in French.' },
        { role: 'user', content: 'Say hello.' },
      ],
      temperature: 0.2,
      fallback: true,
    },
  },
  stream: { summary: 'As a stream', value: { prompt: 'Say hello.', model: 'mistral', stream: true } },
};

const FORMS = [PromptRequestDto, ConversationRequestDto].map((form) => ({ $ref: getSchemaPath(form) }));

const EVENTS = {
  delta: { summary: 'A piece of the answer', value: sseFrame({ text: 'Hel' }, 'delta') },
  done: { summary: 'The last event, after the row was written', value: sseFrame(RESULT, 'done') },
  error: {
    summary: 'The last event, if the answer failed after it had begun',
    value: sseFrame(problemBody(new ModelError('upstream_truncated'), RESULT.id), 'error'),
  },
};

/** Documents `POST /chat`. */
export function ApiChat(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      summary: 'Ask a model',
      description:
        'With `stream`, or `Accept: text/event-stream`, the reply is a stream of `delta` events that ends with one ' +
        '`done` or one `error`; comment lines keep it open. A failure before the first piece has its own status.',
    }),
    ApiExtraModels(PromptRequestDto, ConversationRequestDto),
    ApiBody({ schema: { oneOf: FORMS }, examples: REQUESTS }),
    ApiAnswer(ChatReplyDto, EVENTS, Object.assign({ response: 'Hello!' }, RESULT)),
    ApiProblems(
      UNKNOWN_MODEL,
      ...CHAT_FAILURES,
      methodNotAllowed({ path: '/chat', method: 'GET' }, ['POST']),
    ),
  );
}
