import type { ModelOptions } from '../../../models/model.types.js';
import { withoutNulls } from '../../given-fields.js';
import { CUSTOM_TOOL_PARAMETERS } from '../custom-tools.js';
import type { ResponseRequestDto } from '../dto/response-request.dto.js';
import { invalidField } from '../../../common/problem.js';
import { flatName } from '../tool-names.js';
import { type Fields, listAt, nameAt, objectAt, textAt } from './fields.js';

/** Tools and tool choice of a chat completion. Throws a Problem 400 for anything it cannot represent. */
export function offeredTools({
  tools,
  tool_choice: choice,
  parallel_tool_calls: parallel,
}: ResponseRequestDto): ModelOptions {
  const known = (tools ?? []).flatMap((tool, index) =>
    isCachedSearch(tool) ? [] : readTools(tool, `tools[${index}]`),
  );
  const allowed =
    choice != null && typeof choice === 'object' && choice.type === 'allowed_tools' ? choice : undefined;
  const names = allowed && allowedNames(allowed);
  const offered = names ? known.filter((tool) => names.has(tool.function.name)) : known;
  const mode = allowed ? allowedMode(allowed) : readChoice(choice);
  // Upstreams refuse these two without tools, but clients always send them.
  if (offered.length === 0) return {};
  return withoutNulls({
    tools: offered,
    tool_choice: mode,
    parallel_tool_calls: parallel,
  });
}

/** codex offers OpenAI's cached search by default. No other provider has it, so no model may call it. */
export function isCachedSearch({ type, external_web_access: live }: Fields): boolean {
  return type === 'web_search' && live === false;
}

interface FunctionTool {
  readonly type: 'function';
  readonly function: { readonly name: string; readonly [field: string]: unknown };
}

/** One tool, or those of a namespace. A namespace's description precedes that of its first tool. */
function readTools(value: unknown, path: string): readonly FunctionTool[] {
  const { type, name, description, tools } = objectAt(value, path);
  if (type !== 'namespace') return [readTool(value, path)];
  const namespace = nameAt(name, `${path}.name`);
  const about = description == null ? '' : `${textAt(description, `${path}.description`)}\n\n`;
  return listAt(tools, `${path}.tools`).map((tool, index) =>
    readTool(tool, `${path}.tools[${index}]`, namespace, index === 0 ? about : ''),
  );
}

function readTool(value: unknown, path: string, namespace?: string, about = ''): FunctionTool {
  const { type, name, description: own, parameters, strict, format } = objectAt(value, path);
  if (type !== 'function' && type !== 'custom')
    throw invalidField(
      `${path}.type`,
      'must be function or custom: tools that OpenAI runs itself are not available here',
    );
  const description = about && (own == null || typeof own === 'string') ? about + (own ?? '') : own;
  const named = { name: flatName(nameAt(name, `${path}.name`), namespace), ...withoutNulls({ description }) };
  if (type === 'function') return { type, function: { ...named, ...withoutNulls({ parameters, strict }) } };
  if (format != null && objectAt(format, `${path}.format`).type !== 'text')
    throw invalidField(`${path}.format.type`, 'must be text: a grammar could not be enforced');
  return { type: 'function', function: { ...named, parameters: CUSTOM_TOOL_PARAMETERS } };
}

function readChoice(choice: ResponseRequestDto['tool_choice']): unknown {
  if (choice == null || choice === 'none' || choice === 'auto' || choice === 'required') return choice;
  if (typeof choice !== 'object' || (choice.type !== 'function' && choice.type !== 'custom'))
    throw invalidField('tool_choice', 'must be none, auto, required, or name a function or a custom tool');
  const name = flatName(nameAt(choice.name, 'tool_choice.name'), choice.namespace);
  return { type: 'function', function: { name } };
}

function allowedMode({ mode }: Fields): unknown {
  if (mode !== 'auto' && mode !== 'required')
    throw invalidField('tool_choice.mode', 'must be auto or required');
  return mode;
}

function allowedNames({ tools }: Fields): ReadonlySet<unknown> {
  if (!Array.isArray(tools) || tools.length === 0)
    throw invalidField('tool_choice.tools', 'must be a list of tools');
  return new Set(
    tools.map((tool, index) => {
      const { name, namespace } = objectAt(tool, `tool_choice.tools[${index}]`);
      return typeof name === 'string' ? flatName(name, namespace) : name;
    }),
  );
}
