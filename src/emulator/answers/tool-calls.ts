import { isObject } from '../fields.js';
import type { CompletionRequest, ToolDefinition } from './completion-request.js';
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
  const wanted = request.parallelToolCalls ? chosen : chosen.slice(0, 1);
  return wanted.map((tool, index) => ({
    id: `call_emulator_${index}`,
    name: tool.name,
    arguments: JSON.stringify(sampleFor(tool.parameters, request.lastUserText.slice(0, 40))),
  }));
}

function chooseTools({
  tools,
  toolChoice,
  lastUserText,
  lastRole,
}: CompletionRequest): readonly ToolDefinition[] {
  if (tools.length === 0 || toolChoice === 'none') return [];
  if (isObject(toolChoice) && isObject(toolChoice.function)) {
    const forced = toolChoice.function.name;
    return tools.filter((tool) => tool.name === forced);
  }
  if (lastRole === 'tool') return [];
  const named = tools.filter((tool) => lastUserText.includes(tool.name));
  if (named.length > 0) return named;
  return toolChoice === 'required' || /\btools?\b/i.test(lastUserText) ? tools.slice(0, 1) : [];
}

/** The deltas in which the calls are streamed: each opens with its id and name, its arguments follow in pieces. */
export function toolCallDeltas(calls: readonly ToolCall[]): unknown[] {
  return calls.flatMap((call, index) => [
    { index, id: call.id, type: 'function', function: { name: call.name, arguments: '' } },
    ...(call.arguments.match(/.{1,8}/gsu) ?? []).map((piece) => ({ index, function: { arguments: piece } })),
  ]);
}
