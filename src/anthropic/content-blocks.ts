import { invalidField } from '../common/problem.js';
import { isPlainObject } from '../common/http/to-dto.js';
import { isMarked } from '../models/cache-mark.js';
import type { ContentPart, Message, ToolCall } from '../models/model.types.js';
import type { ContentBlock } from './dto/messages-request.dto.js';
import { isTypedObject } from './dto/messages.validators.js';

type Fields = Readonly<Record<string, unknown>>;
type Content = string | readonly ContentPart[];

/** The content of a user turn. Tool results come first, directly after the calls that they answer. */
export interface UserTurn {
  readonly results: readonly Message[];
  readonly parts: readonly ContentPart[];
}

/** Throws Problem 400 that names the field. */
export function readUserBlocks(blocks: readonly ContentBlock[], path: string): UserTurn {
  const results: Message[] = [];
  const parts: ContentPart[] = [];
  blocks.forEach((block, index) => {
    const at = `${path}[${index}]`;
    if (block.type === 'tool_result') {
      const { text, images } = readResult(block, at);
      const content = textOrMarked([{ type: 'text', text, ...markOf(block) }], '');
      results.push({ role: 'tool', tool_call_id: textAt(block, 'tool_use_id', at), content });
      parts.push(...images);
    } else parts.push(...readPart(block, at));
  });
  return { results, parts };
}

/** An assistant turn: text and tool calls. Reasoning is not sent again: its signature belongs to another model. */
export function readAssistantBlocks(blocks: readonly ContentBlock[], path: string): Message {
  const texts: ContentPart[] = [];
  const calls: ToolCall[] = [];
  blocks.forEach((block, index) => {
    const at = `${path}[${index}]`;
    if (block.type === 'text') texts.push(...readPart(block, at));
    else if (block.type === 'tool_use') calls.push(readCall(block, at));
    else if (block.type !== 'thinking' && block.type !== 'redacted_thinking') throw notServed(at, block);
  });
  const text = textOrMarked(texts, '');
  return {
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}

/** The blocks of a system prompt. */
export function readText(content: string | readonly ContentBlock[], path: string): Content {
  if (typeof content === 'string') return content;
  const texts = content.flatMap((block, index) => {
    if (block.type !== 'text') throw notServed(`${path}[${index}]`, block);
    return readPart(block, `${path}[${index}]`);
  });
  return textOrMarked(texts, '\n\n');
}

/** One string, because some models accept nothing else; parts only if one is marked for caching. */
function textOrMarked(parts: readonly ContentPart[], glue: string): Content {
  return parts.some(isMarked) ? parts : parts.map(({ text }) => text).join(glue);
}

/** The cache mark of Anthropic and OpenRouter, on texts and tools: everything up to it may be cached. */
export function markOf({ cache_control: mark }: Fields): object {
  return isPlainObject(mark) ? { cache_control: mark } : {};
}

/** One OpenAI part for each block, or several for a document made of blocks. */
function readPart(block: ContentBlock, at: string): readonly ContentPart[] {
  switch (block.type) {
    case 'text':
      return [{ type: 'text', text: textAt(block, 'text', at), ...markOf(block) }];
    case 'image':
      return [{ type: 'image_url', image_url: { url: urlOf(block, at) } }];
    case 'document':
      return readDocument(block, at);
    case 'search_result':
      return [
        { type: 'text', text: `${textAt(block, 'title', at)}\n${textAt(block, 'source', at)}` },
        ...readParts(block.content, `${at}.content`),
      ];
    case 'thinking':
    case 'redacted_thinking':
      return [];
    default:
      throw notServed(at, block);
  }
}

function readParts(content: unknown, at: string): readonly ContentPart[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!Array.isArray(content) || !content.every(isTypedObject))
    throw invalidField(at, 'must be a string or an array of content blocks');
  return content.flatMap((block, index) => readPart(block, `${at}[${index}]`));
}

function readDocument(block: ContentBlock, at: string): readonly ContentPart[] {
  const source = sourceOf(block, at);
  if (source.type === 'text')
    return [{ type: 'text', text: textAt(source, 'data', `${at}.source`), ...markOf(block) }];
  if (source.type === 'content') return readParts(source.content, `${at}.source.content`);
  const filename = typeof block.title === 'string' ? block.title : 'document.pdf';
  return [{ type: 'file', file: { filename, file_data: urlOf(block, at) } }];
}

/** An image returned by a tool is sent with the user message, because OpenAI's tool results are text. */
function readResult(
  { content = '', is_error: failed }: ContentBlock,
  at: string,
): { text: string; images: readonly ContentPart[] } {
  const parts = readParts(content, `${at}.content`);
  const texts = parts.filter(({ type }) => type === 'text').map(({ text }) => String(text));
  const text = texts.join('\n');
  // The only way to express it: OpenAI's tool results have no error flag.
  return {
    text: failed === true ? `Error: ${text}` : text,
    images: parts.filter(({ type }) => type !== 'text'),
  };
}

function readCall(block: ContentBlock, at: string): ToolCall {
  const { input = {} } = block;
  if (!isPlainObject(input)) throw invalidField(`${at}.input`, 'must be an object');
  return {
    id: textAt(block, 'id', at),
    type: 'function',
    function: { name: textAt(block, 'name', at), arguments: JSON.stringify(input) },
  };
}

function urlOf(block: ContentBlock, at: string): string {
  const source = sourceOf(block, at);
  const path = `${at}.source`;
  if (source.type === 'url') return textAt(source, 'url', path);
  if (source.type === 'base64')
    return `data:${textAt(source, 'media_type', path)};base64,${textAt(source, 'data', path)}`;
  throw invalidField(`${path}.type`, 'must be base64 or url: no files are kept here');
}

function sourceOf({ source }: ContentBlock, at: string): Fields & { readonly type: string } {
  if (isTypedObject(source)) return source;
  throw invalidField(`${at}.source`, 'must be an object such as {"type": "url", "url": "…"}');
}

function textAt(fields: Fields, name: string, at: string): string {
  const value = fields[name];
  if (typeof value === 'string') return value;
  throw invalidField(`${at}.${name}`, 'must be a string');
}

function notServed(at: string, { type }: ContentBlock): Error {
  return invalidField(`${at}.type`, `${JSON.stringify(type.slice(0, 40))} cannot be served here`);
}
