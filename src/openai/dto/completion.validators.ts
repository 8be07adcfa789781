import { applyDecorators } from '@nestjs/common';
import { IsNumber, Max, Min } from 'class-validator';
import { rule } from '../../chat/dto/chat.validators.js';

/** The rules of a completion that class-validator does not bring. */

type Fields = Readonly<Record<string, unknown>>;

export function IsNumberBetween(min: number, max: number): PropertyDecorator {
  const message = `must be a number from ${min} to ${max}`;
  return applyDecorators(IsNumber({}, { message }), Min(min, { message }), Max(max, { message }));
}

/** Only an assistant may say nothing in words, beside its tool calls. */
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
    (choice) => isTyped(choice) || isWordOf(choice, 'none', 'auto', 'required'),
  );
}

export function IsResponseFormat(): PropertyDecorator {
  return rule('isResponseFormat', 'must be an object with a type, such as {"type": "json_object"}', isTyped);
}

/** What a tool gave back belongs to a call. */
export function RequiredOfTools(): PropertyDecorator {
  return rule(
    'requiredOfTools',
    'must be given in a message of role tool: the id of the call it answers',
    (value, owner) => typeof value === 'string' || (value == null && (owner as Fields).role !== 'tool'),
  );
}

function isObject(value: unknown): value is Fields {
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

/** Of the many kinds of parts only these are looked into; the rest is for the model to understand. */
function isContentPart(part: unknown): boolean {
  if (!isTyped(part)) return false;
  if (part.type === 'text') return typeof part.text === 'string';
  if (part.type === 'image_url') return isObject(part.image_url) && typeof part.image_url.url === 'string';
  return true;
}

function isToolCall(call: unknown): boolean {
  if (!isTyped(call) || typeof call.id !== 'string' || !isObject(call.function)) return false;
  return typeof call.function.name === 'string' && typeof call.function.arguments === 'string';
}
