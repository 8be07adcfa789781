import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation } from '@nestjs/swagger';
import { ApiAnswer } from '../chat/api-answer.decorator.js';
import { CHAT_FAILURES, UNKNOWN_MODEL } from '../chat/chat-failures.js';
import { asNotFound } from '../chat/model-names.js';
import { ApiFailures, EXAMPLE_ID } from '../common/docs/api-failures.decorator.js';
import { methodNotAllowed } from '../common/problem.filter.js';
import type { Problem } from '../common/problem.js';
import { sseFrame } from '../common/sse-frame.js';
import { ModelError } from '../models/model.errors.js';
import { anthropicErrorBody } from './anthropic-error.js';
import { AnthropicErrorDto } from './dto/anthropic-error.dto.js';
import { AnswerMessageDto } from './dto/message.dto.js';
import { MessagesRequestDto } from './dto/messages-request.dto.js';
import { messageUsage } from './message.js';

const HELLO = { model: 'mistral', max_tokens: 200, messages: [{ role: 'user', content: 'Say hello.' }] };

const REQUESTS = {
  question: { summary: 'A question', value: HELLO },
  stream: { summary: 'As a stream', value: { ...HELLO, system: 'Answer in French.', stream: true } },
  tools: {
    summary: 'With a tool',
    value: {
      ...HELLO,
      model: 'llama',
      messages: [{ role: 'user', content: 'What is the weather in Paris? Use get_weather.' }],
      tools: [
        {
          name: 'get_weather',
          input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        },
      ],
    },
  },
};

const USAGE = messageUsage({ promptTokens: 9, completionTokens: 2, costUsd: null, raw: {} });
const ANSWER = {
  id: `msg_${EXAMPLE_ID}`,
  type: 'message',
  role: 'assistant',
  model: 'mistral',
  content: [{ type: 'text', text: 'Hello!' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  stop_details: null,
  container: null,
  diagnostics: null,
  usage: USAGE,
};

function event(summary: string, type: string, fields: object = {}): { summary: string; value: string } {
  return { summary, value: sseFrame({ type, ...fields }, type) };
}

const EVENTS = {
  message_start: event('The first event', 'message_start', {
    message: { ...ANSWER, content: [], stop_reason: null },
  }),
  content_block_start: event('A block begins', 'content_block_start', {
    index: 0,
    content_block: { type: 'text', text: '' },
  }),
  content_block_delta: event('A piece of it', 'content_block_delta', {
    index: 0,
    delta: { type: 'text_delta', text: 'Hel' },
  }),
  content_block_stop: event('It is complete', 'content_block_stop', { index: 0 }),
  message_delta: event('Why the answer ended, and what it took', 'message_delta', {
    delta: { stop_reason: 'end_turn', stop_sequence: null, stop_details: null },
    usage: USAGE,
  }),
  message_stop: event('The end, after the row was written', 'message_stop'),
  error: {
    summary: 'The end, if the stream fails after it began',
    value: sseFrame(anthropicErrorBody(new ModelError('upstream_truncated'), EXAMPLE_ID), 'error'),
  },
};

function ApiAnthropicErrors(...problems: readonly Problem[]): MethodDecorator {
  const body = (problem: Problem) => anthropicErrorBody(problem, EXAMPLE_ID);
  return ApiFailures({ contentType: 'application/json', dto: AnthropicErrorDto, body }, problems);
}

/** OpenAPI documentation of `POST /v1/messages`. */
export function ApiMessages(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      summary: 'Chat with a model in Anthropic’s format',
      description: 'For clients of Anthropic’s API: use this service’s address as the base URL.',
    }),
    ApiBody({ type: MessagesRequestDto, examples: REQUESTS }),
    ApiAnswer(AnswerMessageDto, EVENTS, ANSWER),
    ApiAnthropicErrors(
      ...CHAT_FAILURES,
      asNotFound(UNKNOWN_MODEL),
      methodNotAllowed({ path: '/v1/messages', method: 'GET' }, ['POST']),
    ),
  );
}
