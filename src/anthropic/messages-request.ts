import type { PathOfMessage } from '../chat/chat-limits.js';
import type { ChatStart } from '../chat/chat.service.js';
import type { ContentPart, Message, ModelOptions } from '../models/model.types.js';
import { isMarked, markOf, readAssistantBlocks, readText, readUserBlocks } from './content-blocks.js';
import type { MessagesRequestDto, OutputConfig, TurnDto } from './dto/messages-request.dto.js';

/** OpenAI's words for what Anthropic calls the choice of a tool. */
const CHOICES: Readonly<Record<string, string>> = { auto: 'auto', any: 'required', none: 'none' };

/** A message of ours, and the field that it came from. */
type Told = readonly [message: Message, path: string];

/** A validated body in the vocabulary of the models. Throws Problem 400 for a block that is malformed or cannot be served. */
export function fromMessages(body: MessagesRequestDto): Pick<ChatStart, 'request' | 'pathOfMessage'> {
  const told = [...systemOf(body), ...body.messages.flatMap(readTurn)];
  const user = body.metadata?.user_id ?? undefined;
  const pathOfMessage: PathOfMessage = (index) => told[index]?.[1] ?? 'messages';
  return {
    request: {
      model: body.model,
      messages: told.map(([message]) => message),
      options: withoutNulls(optionsOf(body, user)),
      openRouterOptions: withoutNulls({
        top_k: body.top_k,
        cache_control: body.cache_control,
        reasoning: reasoningOf(body),
      }),
      user,
    },
    pathOfMessage,
  };
}

function systemOf({ system }: MessagesRequestDto): Told[] {
  const text = system ? readText(system, 'system') : '';
  return text === '' ? [] : [[{ role: 'system', content: text }, 'system']];
}

function readTurn({ role, content }: TurnDto, index: number): readonly Told[] {
  const path = `messages[${index}].content`;
  if (role === 'system') return [[{ role, content: readText(content, path) }, path]];
  if (typeof content === 'string') return [[{ role, content }, path]];
  if (role === 'assistant') {
    const said = readAssistantBlocks(content, path);
    // Nothing but thoughts.
    return said.content === '' ? [] : [[said, path]];
  }
  const { results, parts } = readUserBlocks(content, path);
  const said: Message[] = parts.length > 0 || results.length === 0 ? [{ role, content: textOr(parts) }] : [];
  return [...results, ...said].map((message) => [message, path]);
}

/** Text alone is sent as text: some models take nothing else. */
function textOr(parts: readonly ContentPart[]): Message['content'] {
  const [first, ...rest] = parts;
  if (first === undefined) return '';
  return rest.length === 0 && typeof first.text === 'string' && !isMarked(first) ? first.text : parts;
}

function withoutNulls(options: object): ModelOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value != null));
}

function optionsOf(body: MessagesRequestDto, user: string | undefined): object {
  const { stop_sequences: stop, tools, output_config: output } = body;
  return {
    max_tokens: body.max_tokens,
    temperature: body.temperature,
    top_p: body.top_p,
    stop: stop?.length ? stop : undefined,
    user,
    tools: tools?.length ? tools.map(toFunction) : undefined,
    ...toolChoiceOf(body),
    reasoning_effort: hasBudget(body) ? undefined : effortOf(output),
    response_format: output?.format && {
      type: 'json_schema',
      json_schema: { name: 'answer', strict: true, schema: output.format.schema },
    },
  };
}

function toFunction(tool: Readonly<Record<string, unknown>>): object {
  const { name, description, input_schema: parameters, strict } = tool;
  // JSON leaves out what is undefined.
  const described = { name, description: description ?? undefined, parameters, strict };
  return { type: 'function', function: described, ...markOf(tool) };
}

function toolChoiceOf({ tools, tool_choice: choice }: MessagesRequestDto): ModelOptions {
  // Without tools there is nothing to choose, and providers refuse a choice.
  if (!choice || !tools?.length) return {};
  const { type, name, disable_parallel_tool_use: oneAtATime } = choice;
  return {
    tool_choice: CHOICES[type] ?? { type: 'function', function: { name } },
    ...(oneAtATime === true && { parallel_tool_calls: false }),
  };
}

/** The highest word of others is `xhigh`. */
function effortOf(output: OutputConfig | null | undefined): string | undefined {
  return output?.effort === 'max' ? 'xhigh' : (output?.effort ?? undefined);
}

/** A number of tokens or that it does not think: beside these there is no effort. */
function hasBudget({ thinking }: MessagesRequestDto): boolean {
  return thinking?.type === 'enabled' || thinking?.type === 'disabled';
}

/** As OpenRouter has it. */
function reasoningOf({ thinking, output_config: output }: MessagesRequestDto): ModelOptions | undefined {
  if (!thinking) return undefined;
  const { type, budget_tokens: tokens, display } = thinking;
  if (type === 'disabled') return { enabled: false };
  const hidden = display === 'omitted' && { exclude: true };
  if (type === 'enabled') return { max_tokens: tokens, ...hidden };
  return effortOf(output) === undefined ? { enabled: true, ...hidden } : hidden || undefined;
}
