import type { PathOfMessage } from '../chat/chat-limits.js';
import type { ChatStart } from '../chat/chat.service.js';
import type { RequestContext } from '../common/http/request-context.js';
import type { Message, ModelOptions } from '../models/model.types.js';
import type { CompletionMessageDto } from './dto/completion-message.dto.js';
import type { CompletionRequestDto } from './dto/completion-request.dto.js';

/** What goes upstream as it came. What is not named here, or in the mapping below, goes nowhere. */
const FORWARDED = [
  'temperature',
  'top_p',
  'max_tokens',
  'max_completion_tokens',
  'stop',
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
  'tool_choice',
  'parallel_tool_calls',
  'reasoning',
  'reasoning_effort',
] as const satisfies readonly (keyof CompletionRequestDto)[];

/** A validated body in the vocabulary of the models. */
export function fromCompletion(
  body: CompletionRequestDto,
  { traceparent }: RequestContext,
): ChatStart['request'] {
  const options: ModelOptions = withoutNulls(
    Object.fromEntries(FORWARDED.map((field) => [field, body[field]])),
  );
  const user = body.safety_identifier ?? body.user ?? undefined;
  return { model: body.model, messages: body.messages.map(toMessage), options, traceparent, user };
}

export const pathOfCompletionMessage: PathOfMessage = (index) => `messages[${index}].content`;

/** A `content` of null beside tool calls stays: it is part of what was said. */
function toMessage({ role, content, ...rest }: CompletionMessageDto): Message {
  return { role, content: content ?? null, ...withoutNulls(rest) };
}

/** Clients of OpenAI's API send null where they mean nothing. */
function withoutNulls(fields: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null));
}
