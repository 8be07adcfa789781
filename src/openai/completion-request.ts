import type { PathOfMessage } from '../chat/chat-limits.js';
import type { ChatStart } from '../chat/chat.service.js';
import type { Message, ModelOptions } from '../models/model.types.js';
import type { CompletionRequestDto } from './dto/completion-request.dto.js';
import { FOR_OPENROUTER } from './dto/openrouter-options.dto.js';
import { functionOptions, withoutFunctions, type TranslatedMessage } from './function-calls.js';
import { picked, withoutNulls } from './given-fields.js';

/** Fields that are sent upstream unchanged. Fields missing here and in the mapping below are not sent. */
const FORWARDED = [
  'temperature',
  'top_p',
  'max_tokens',
  'max_completion_tokens',
  'seed',
  'presence_penalty',
  'frequency_penalty',
  'logit_bias',
  'logprobs',
  'top_logprobs',
  'user',
  'safety_identifier',
  'response_format',
  'tools',
  'parallel_tool_calls',
  'reasoning_effort',
] as const satisfies readonly (keyof CompletionRequestDto)[];

/** Translates a validated body into the vocabulary of the models. */
export function fromCompletion(body: CompletionRequestDto): ChatStart['request'] {
  const { stop, tool_choice: choice, models } = body;
  const options: ModelOptions = {
    ...picked(body, FORWARDED),
    ...(stop != null && stop.length > 0 && { stop }),
    // Mistral's name for it.
    ...(choice != null && { tool_choice: choice === 'any' ? 'required' : choice }),
    ...functionOptions(body),
  };
  const extras = picked(body, FOR_OPENROUTER);
  return {
    model: body.model ?? models?.[0] ?? '',
    messages: withoutFunctions(body.messages).map(toMessage),
    options,
    ...(Object.keys(extras).length > 0 && { openRouterOptions: extras }),
    user: body.safety_identifier ?? body.user ?? undefined,
  };
}

export const pathOfCompletionMessage: PathOfMessage = (index) => `messages[${index}].content`;

/** A null `content` is kept with tool calls, because it is part of the message. */
function toMessage({ role, content, ...rest }: TranslatedMessage): Message {
  return { role, content: content ?? null, ...withoutNulls(rest) };
}
