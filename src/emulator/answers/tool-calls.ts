import type { CompletionRequest } from './completion-request.js';
import { sampleFor } from './json-sample.js';

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON text. */
  readonly arguments: string;
}

/** The calls that the answer makes: forced by `tool_choice`, or asked for by naming a tool or the word "tool". */
export function chooseToolCalls(request: CompletionRequest): ToolCall[] {
  const chosen = chooseTools(request);
  const wanted = request.parallel_tool_calls === false ? chosen.slice(0, 1) : chosen;
  return wanted.map(({ name, parameters }, index) => ({
    id: `call_emulator_${index}`,
    name,
    arguments: JSON.stringify(sampleFor(parameters, request.lastUserText.slice(0, 40))),
  }));
}

function chooseTools({ tools = [], tool_choice: choice, lastUserText, messages = [] }: CompletionRequest) {
  const functions = tools.map((tool) => tool.function);
  if (choice === 'none') return [];
  const forced = typeof choice === 'object' ? choice.function : undefined;
  if (forced) return functions.filter(({ name }) => name === forced.name);
  // After a result the answer is a text again.
  if (messages.at(-1)?.role === 'tool') return [];
  const named = functions.filter(({ name }) => lastUserText.includes(name));
  if (named.length > 0) return named;
  return choice === 'required' || /\btools?\b/i.test(lastUserText) ? functions.slice(0, 1) : [];
}

/** The deltas in which the calls are streamed: each opens with its id and name, its arguments follow in pieces. */
export function toolCallDeltas(calls: readonly ToolCall[]): unknown[] {
  return calls.flatMap((call, index) => [
    { index, id: call.id, type: 'function', function: { name: call.name, arguments: '' } },
    ...(call.arguments.match(/.{1,8}/gsu) ?? []).map((piece) => ({ index, function: { arguments: piece } })),
  ]);
}
