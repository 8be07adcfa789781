import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation } from '@nestjs/swagger';
import { ApiAnswer } from '../../chat/api-answer.decorator.js';
import { sseFrame } from '../../common/sse-frame.js';
import { ModelError } from '../../models/model.errors.js';
import { ApiOpenAiDoorErrors } from '../openai.docs.js';
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

function chunk(summary: string, text: string, reason: string | null): { summary: string; value: string } {
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
    summary: 'The end, if the stream fails after it began',
    value: sseFrame(openAiErrorBody(new ModelError('upstream_truncated'))),
  },
};

/** OpenAPI documentation of `POST /v1/completions`. */
export function ApiTextCompletions(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      summary: 'Complete a prompt in OpenAI’s older format',
      description: 'For clients without chat support. The prompt is sent as one user message.',
    }),
    ApiBody({ type: TextCompletionRequestDto, examples: REQUESTS }),
    ApiAnswer(TextCompletionDto, EVENTS),
    ApiOpenAiDoorErrors('/v1/completions'),
  );
}
