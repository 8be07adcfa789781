import { rule } from '../../chat/dto/chat.validators.js';

/** Validation rules of a completion that class-validator does not provide. */

/** A function call in the format that preceded tools. */
export interface FunctionCall {
  readonly name: string;
  /** JSON text. */
  readonly arguments: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Only an assistant message may have no text, if it has tool calls. */
export function IsMessageContent(): PropertyDecorator {
  const message = 'must be a string or an array of content parts such as {"type": "text", "text": "…"}';
  return rule('isMessageContent', message, (content, owner) => {
    if (content === undefined || content === null) return (owner as Fields).role === 'assistant';
    return typeof content === 'string' || isListOf(content, isContentPart);
  });
}

/** Tool calls of an earlier answer. */
export function IsToolCalls(): PropertyDecorator {
  const message =
    'must be an array of {"id", "type": "function", "function": {"name", "arguments"}}, arguments as JSON text';
  return rule('isToolCalls', message, (calls) => isListOf(calls, isToolCall));
}

export function IsTools(): PropertyDecorator {
  const message =
    'must be an array of at most 128 tools such as {"type": "function", "function": {"name": "…"}}';
  return rule(
    'isTools',
    message,
    (tools) => Array.isArray(tools) && tools.length <= 128 && tools.every(isTyped),
  );
}

export function IsToolChoice(): PropertyDecorator {
  const message = 'must be none, auto, required, or an object that names a tool';
  return rule(
    'isToolChoice',
    message,
    (choice) => isTyped(choice) || isWordOf(choice, 'none', 'auto', 'required', 'any'),
  );
}

export function IsResponseFormat(): PropertyDecorator {
  return rule('isResponseFormat', 'must be an object with a type, such as {"type": "json_object"}', isTyped);
}

/** The call of an earlier answer, in the format that preceded tools. */
export function IsFunctionCallMade(): PropertyDecorator {
  const message = 'must be an object with name and arguments, arguments as JSON text';
  return rule('isFunctionCallMade', message, isCall);
}

/** A tool result must name its call, or its function. */
export function RequiredOf(role: 'tool' | 'function', what: string): PropertyDecorator {
  return rule(
    'requiredOfRole',
    `must be a string, given in every message of role ${role}: ${what}`,
    (value, owner) => typeof value === 'string' || (value == null && (owner as Fields).role !== role),
  );
}

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTyped(value: unknown): value is Fields {
  return isObject(value) && typeof value.type === 'string';
}

function isListOf(value: unknown, holds: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(holds);
}

function isWordOf(value: unknown, ...words: readonly string[]): boolean {
  return words.some((word) => word === value);
}

/** Only these kinds of parts are validated; others are passed on to the model. */
function isContentPart(part: unknown): boolean {
  if (!isTyped(part)) return false;
  if (part.type === 'text') return typeof part.text === 'string';
  if (part.type === 'image_url') return isObject(part.image_url) && typeof part.image_url.url === 'string';
  return true;
}

function isToolCall(call: unknown): boolean {
  return isTyped(call) && typeof call.id === 'string' && isCall(call.function);
}

function isCall(value: unknown): value is FunctionCall {
  return isObject(value) && typeof value.name === 'string' && typeof value.arguments === 'string';
}
