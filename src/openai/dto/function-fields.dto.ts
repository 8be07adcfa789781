import { rule } from '../../chat/dto/chat.validators.js';
import { isObject } from './completion.validators.js';
import { Optional } from '../../chat/dto/optional-fields.js';
import { OpenRouterOptionsDto } from './openrouter-options.dto.js';

/** The fields that `tools` and `tool_choice` replaced. Older clients still send them. */
export class FunctionFieldsDto extends OpenRouterOptionsDto {
  /** The older form of `tools`. */
  @Optional(
    { type: 'array', maxItems: 128, items: { type: 'object', additionalProperties: true } },
    rule(
      'isFunctions',
      'must be an array of 1 to 128 objects such as {"name": "…", "parameters": {…}}',
      (value) => Array.isArray(value) && value.length > 0 && value.length <= 128 && value.every(isNamed),
    ),
    rule(
      'notWithTools',
      'cannot be given together with tools',
      (_value, { tools }: { tools?: unknown }) => tools == null,
    ),
  )
  functions?: NamedFunction[] | null;

  /** The older form of `tool_choice`: `none`, `auto`, or `{"name": "…"}`. */
  @Optional(
    {
      oneOf: [
        { type: 'string', enum: ['none', 'auto'] },
        { type: 'object', additionalProperties: true },
      ],
    },
    rule(
      'isFunctionCall',
      'must be none, auto, or an object with the name of a function',
      (choice) => choice === 'none' || choice === 'auto' || isNamed(choice),
    ),
  )
  function_call?: 'none' | 'auto' | NamedFunction | null;
}

export interface NamedFunction {
  readonly name: string;
  readonly [field: string]: unknown;
}

function isNamed(value: unknown): value is NamedFunction {
  return isObject(value) && typeof value.name === 'string';
}
