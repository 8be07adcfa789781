import type { ChatStart } from '../../chat/chat.service.js';
import type { ModelOptions } from '../../models/model.types.js';
import { FOR_OPENROUTER } from '../dto/openrouter-options.dto.js';
import { picked, withoutNulls } from '../given-fields.js';
import type { ResponseRequestDto } from './dto/response-request.dto.js';
import { textAt } from './input/fields.js';
import { readInput } from './input/input-items.js';
import { responseFormatOf } from './input/text-format.js';
import { offeredTools } from './input/tools.js';

const FORWARDED = ['temperature', 'top_p', 'user', 'safety_identifier'] as const;

/** Translates a validated body into the models' vocabulary. Throws a Problem 400 for what a chat cannot represent. */
export function fromResponse(
  body: ResponseRequestDto,
  input: string | readonly unknown[],
): Pick<ChatStart, 'request' | 'pathOfMessage'> {
  const { messages, paths } = readInput(input, body.instructions);
  // Only the effort in `reasoning` has the same meaning in both APIs and for all providers.
  const { reasoning: _reasoning, ...extras } = picked(body, FOR_OPENROUTER);
  const { verbosity } = body.text ?? {};
  const openRouterOptions = { ...extras, ...withoutNulls({ verbosity }) };
  return {
    request: {
      model: body.model ?? body.models?.[0] ?? '',
      messages,
      options: optionsOf(body),
      ...(Object.keys(openRouterOptions).length > 0 && { openRouterOptions }),
      user: body.safety_identifier ?? body.user ?? undefined,
    },
    pathOfMessage: (index) => paths[index] ?? 'input',
  };
}

function optionsOf(body: ResponseRequestDto): ModelOptions {
  return {
    ...picked(body, FORWARDED),
    ...withoutNulls({
      max_tokens: body.max_output_tokens,
      response_format: responseFormatOf(body.text?.format),
      reasoning_effort: reasoningEffort(body),
    }),
    ...(wantsLogprobs(body) && { logprobs: true, top_logprobs: body.top_logprobs ?? 0 }),
    ...offeredTools(body),
  };
}

function wantsLogprobs({ include, top_logprobs: count }: ResponseRequestDto): boolean {
  return (count ?? 0) > 0 || include?.includes('message.output_text.logprobs') === true;
}

export function reasoningEffort({ reasoning }: ResponseRequestDto): string | null {
  const effort = reasoning?.effort;
  return effort == null ? null : textAt(effort, 'reasoning.effort');
}
