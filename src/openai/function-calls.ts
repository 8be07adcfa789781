import type { Message, ModelOptions, ToolCall } from '../models/model.types.js';
import type { CompletionMessageDto } from './dto/completion-message.dto.js';
import type { CompletionRequestDto } from './dto/completion-request.dto.js';
import type { FunctionCall } from './dto/completion.validators.js';

/** OpenAI's functions, which tools replaced: one call at a time, without an id. Upstreams are sent tools. */

/** `tools` and related fields for a request that uses functions; empty for any other. */
export function functionOptions({ functions, function_call: choice }: CompletionRequestDto): ModelOptions {
  if (!functions) return {};
  return {
    tools: functions.map((definition) => ({ type: 'function', function: definition })),
    parallel_tool_calls: false,
    ...(choice && {
      tool_choice:
        typeof choice === 'string' ? choice : { type: 'function', function: { name: choice.name } },
    }),
  };
}

export type TranslatedMessage = Omit<CompletionMessageDto, 'role' | 'function_call'> & Pick<Message, 'role'>;

/** Messages with function calls turned into tool calls. The calls get ids, which their results refer to. */
export function withoutFunctions(messages: readonly CompletionMessageDto[]): readonly TranslatedMessage[] {
  let lastId = 'call_function';
  return messages.map((message, index) => {
    const { function_call: call, role, ...rest } = message;
    if (role === 'function') return { ...rest, role: 'tool', tool_call_id: lastId };
    if (!call) return { ...rest, role };
    lastId = `call_function_${index}`;
    return { ...rest, role, tool_calls: [{ id: lastId, type: 'function', function: call }] };
  });
}

/** The first of `calls` as a function call. */
export function functionCallOf([call]: readonly ToolCall[]): { readonly function_call?: FunctionCall } {
  return call ? { function_call: call.function } : {};
}

export function functionFinish(reason: string | null): string | null {
  return reason === 'tool_calls' ? 'function_call' : reason;
}
