import type { PathOfMessage } from '../chat/chat-limits.js';
import type { ChatStart } from '../chat/chat.service.js';
import { isMarked } from '../models/cache-mark.js';
import type { ContentPart, Message, ModelOptions } from '../models/model.types.js';
import { markOf, readAssistantBlocks, readText, readUserBlocks } from './content-blocks.js';
import type { MessagesRequestDto, OutputConfig, TurnDto } from './dto/messages-request.dto.js';

/** OpenAI's values for Anthropic's tool choice. */
const CHOICES: Readonly<Record<string, string>> = { auto: 'auto', any: 'required', none: 'none' };

/** A translated message, and the field that it came from. */
type Told = readonly [message: Message, path: string];

/** Translates a validated body into the models' vocabulary. Throws Problem 400 for a malformed or unsupported block. */
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
    // Only reasoning.
    return said.content === '' ? [] : [[said, path]];
  }
  const { results, parts } = readUserBlocks(content, path);
  const said: Message[] = parts.length > 0 || results.length === 0 ? [{ role, content: textOr(parts) }] : [];
  return [...results, ...said].map((message) => [message, path]);
}

/** Text alone is sent as a string: some models accept nothing else. */
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
  // JSON omits undefined values.
  const described = { name, description: description ?? undefined, parameters, strict };
  return { type: 'function', function: described, ...markOf(tool) };
}

function toolChoiceOf({ tools, tool_choice: choice }: MessagesRequestDto): ModelOptions {
  // Without tools, providers refuse a tool choice.
  if (!choice || !tools?.length) return {};
  const { type, name, disable_parallel_tool_use: oneAtATime } = choice;
  return {
    tool_choice: CHOICES[type] ?? { type: 'function', function: { name } },
    ...(oneAtATime === true && { parallel_tool_calls: false }),
  };
}

/** The highest level of other providers is `xhigh`. */
function effortOf(output: OutputConfig | null | undefined): string | undefined {
  return output?.effort === 'max' ? 'xhigh' : (output?.effort ?? undefined);
}

/** A token budget or disabled thinking: an effort cannot be combined with these. */
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
