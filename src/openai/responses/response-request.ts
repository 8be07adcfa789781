import type { ChatStart } from '../../chat/chat.service.js';
import type { RequestContext } from '../../common/http/request-context.js';
import type { ModelOptions } from '../../models/model.types.js';
import { withoutNulls } from '../without-nulls.js';
import type { ResponseRequestDto } from './dto/response-request.dto.js';
import { readInput } from './input/input-items.js';
import { responseFormatOf } from './input/text-format.js';
import { toolOptions } from './input/tools.js';

/** A validated body in the vocabulary of the models. Throws a Problem 400 for what a chat has no place for. */
export function fromResponse(
  body: ResponseRequestDto,
  { traceparent }: RequestContext,
): Pick<ChatStart, 'request' | 'pathOfMessage'> {
  const { messages, paths } = readInput(body.input, body.instructions);
  const user = body.safety_identifier ?? body.user ?? undefined;
  return {
    request: { model: body.model, messages, options: optionsOf(body), traceparent, user },
    pathOfMessage: (index) => paths[index] ?? 'input',
  };
}

function optionsOf(body: ResponseRequestDto): ModelOptions {
  const { temperature, top_p, user, safety_identifier, metadata, service_tier, prompt_cache_key } = body;
  return {
    ...withoutNulls({
      temperature,
      top_p,
      max_tokens: body.max_output_tokens,
      response_format: responseFormatOf(body.text?.format),
      verbosity: body.text?.verbosity,
      reasoning_effort: body.reasoning?.effort,
      user,
      safety_identifier,
      metadata,
      service_tier,
      prompt_cache_key,
    }),
    ...(wantsLogprobs(body) && { logprobs: true, top_logprobs: body.top_logprobs ?? 0 }),
    ...toolOptions(body),
  };
}

function wantsLogprobs({ include, top_logprobs: count }: ResponseRequestDto): boolean {
  return (count ?? 0) > 0 || include?.includes('message.output_text.logprobs') === true;
}
