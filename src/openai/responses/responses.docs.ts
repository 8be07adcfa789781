import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation } from '@nestjs/swagger';
import { ApiAnswer } from '../../chat/api-answer.decorator.js';
import { sseFrame } from '../../common/sse-frame.js';
import { ModelError } from '../../models/model.errors.js';
import { ApiOpenAiDoorErrors } from '../openai.docs.js';
import { openAiErrorBody } from '../openai-error.js';
import { ResponseDto } from './dto/response.dto.js';
import { ResponseRequestDto } from './dto/response-request.dto.js';

const HELLO = { model: 'mistral', input: 'Say hello.' };

const REQUESTS = {
  question: { summary: 'A question', value: HELLO },
  stream: { summary: 'As a stream', value: { ...HELLO, stream: true } },
  conversation: {
    summary: 'A conversation with instructions',
    value: {
      model: 'llama',
      instructions: 'Be brief.',
      input: [
        { role: 'user', content: 'Say hello.' },
        { role: 'assistant', content: 'Hello!' },
        { role: 'user', content: 'And in French?' },
      ],
    },
  },
  tools: {
    summary: 'With a tool',
    value: {
      model: 'llama',
      input: 'What is the weather in Paris? Use get_weather.',
      tools: [
        {
          type: 'function',
          name: 'get_weather',
          parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        },
      ],
    },
  },
};

const AT = { item_id: 'msg_01KATXV6Z3E6M3A9V8J6ZB1T5Q_0', output_index: 0, content_index: 0 };
const RESPONSE = { id: 'resp_01KATXV6Z3E6M3A9V8J6ZB1T5Q', object: 'response', model: 'mistral' };

function event(type: string, sequence: number, fields: object): string {
  return sseFrame({ type, sequence_number: sequence, ...fields }, type);
}

const { error } = openAiErrorBody(new ModelError('upstream_truncated'));

const EVENTS = {
  created: {
    summary: 'The first event: the response as in JSON, without output',
    value: event('response.created', 0, { response: { ...RESPONSE, status: 'in_progress', output: [] } }),
  },
  delta: {
    summary: 'A piece of the answer, between the events that open and close its item and part',
    value: event('response.output_text.delta', 4, { ...AT, delta: 'Hel', logprobs: [] }),
  },
  completed: {
    summary: 'The end, after the row was written; response.incomplete if a limit cut the answer',
    value: event('response.completed', 9, { response: { ...RESPONSE, status: 'completed' } }),
  },
  error: {
    summary: 'A failure after the stream began, followed by response.failed',
    value: event('error', 5, { code: error.code, message: error.message, param: error.param, error }),
  },
};

/** OpenAPI documentation of `POST /v1/responses`. */
export function ApiResponses(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      summary: 'Chat with a model in the format of OpenAI’s Responses API',
      description: 'No state is kept between requests: send the whole conversation as `input`.',
    }),
    ApiBody({ type: ResponseRequestDto, examples: REQUESTS }),
    ApiAnswer(ResponseDto, EVENTS),
    ApiOpenAiDoorErrors('/v1/responses'),
  );
}
