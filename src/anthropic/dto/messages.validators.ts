import { rule } from '../../chat/dto/chat.validators.js';
import { isPlainObject } from '../../common/http/to-dto.js';

/** Validation rules for Anthropic's requests. content-blocks.ts reads the content of blocks. */

type Fields = Readonly<Record<string, unknown>>;

export function IsBlocks(): PropertyDecorator {
  const message = 'must be a string or an array of content blocks such as {"type": "text", "text": "…"}';
  return rule(
    'isBlocks',
    message,
    (value) => typeof value === 'string' || (Array.isArray(value) && value.every(isTypedObject)),
  );
}

export function IsStopSequences(): PropertyDecorator {
  const message = 'must be an array of at most 4 strings, none of them empty';
  return rule(
    'isStopSequences',
    message,
    (value) =>
      Array.isArray(value) &&
      value.length <= 4 &&
      value.every((text) => typeof text === 'string' && text !== ''),
  );
}

/** Tools that Anthropic runs have their own types; no provider here supports them. */
export function IsToolDefinitions(): PropertyDecorator {
  const message =
    'must be an array of at most 128 tools of your own: {"name": "…", "input_schema": {…}}; no others can be served';
  return rule(
    'isToolDefinitions',
    message,
    (tools) => Array.isArray(tools) && tools.length <= 128 && tools.every(isOwnTool),
  );
}

export function IsToolSelection(): PropertyDecorator {
  const message = 'must be {"type": "auto"}, "any", "none", or {"type": "tool", "name": "…"}';
  return rule('isToolSelection', message, (choice) => {
    if (!isTypedObject(choice) || !isOptionally('boolean', choice.disable_parallel_tool_use)) return false;
    if (choice.type === 'tool') return typeof choice.name === 'string';
    return ['auto', 'any', 'none'].includes(choice.type);
  });
}

export function IsThinking(): PropertyDecorator {
  const message =
    'must be {"type": "enabled", "budget_tokens": 1024}, {"type": "adaptive"} or {"type": "disabled"}';
  return rule('isThinking', message, (thinking) => {
    if (!isTypedObject(thinking)) return false;
    if (thinking.type !== 'enabled') return ['adaptive', 'disabled'].includes(thinking.type);
    return Number.isSafeInteger(thinking.budget_tokens) && (thinking.budget_tokens as number) >= 1;
  });
}

export function IsOutputConfig(): PropertyDecorator {
  const message = 'must be {"effort": "low", "format": {"type": "json_schema", "schema": {…}}} or part of it';
  return rule('isOutputConfig', message, (config) => {
    if (!isPlainObject(config)) return false;
    const { effort, format } = config as Fields;
    if (!isOptionally('string', effort)) return false;
    return (
      format === undefined ||
      format === null ||
      (isTypedObject(format) && format.type === 'json_schema' && isPlainObject(format.schema))
    );
  });
}

export function isTypedObject(value: unknown): value is Fields & { readonly type: string } {
  return isPlainObject(value) && typeof (value as Fields).type === 'string';
}

function isOwnTool(tool: unknown): boolean {
  if (!isPlainObject(tool)) return false;
  const { type, name, description, input_schema: schema } = tool as Fields;
  const isOwn = type === undefined || type === null || type === 'custom';
  return isOwn && typeof name === 'string' && isOptionally('string', description) && isPlainObject(schema);
}

function isOptionally(type: 'string' | 'boolean', value: unknown): boolean {
  return value === undefined || value === null || typeof value === type;
}
