import { createHash } from 'node:crypto';
import type { ResponseRequestDto } from './dto/response-request.dto.js';

/** Maximum length of a function name in OpenAI's API. */
const MAX_CHARS = 64;

/** A tool as the Responses API names it. */
export interface NamedTool {
  readonly name: string;
  readonly namespace?: string;
  /** True if its input is plain text, not JSON. */
  readonly isCustom: boolean;
}

/** A tool's name in a chat completion, which has no namespaces: `mcp__weather__get_city`. */
export function flatName(name: string, namespace: unknown): string {
  if (typeof namespace !== 'string' || namespace === '') return name;
  const joined = `${namespace}__${name}`;
  if (joined.length <= MAX_CHARS) return joined;
  const digest = createHash('sha256').update(joined).digest('hex').slice(0, 8);
  return `${joined.slice(0, MAX_CHARS - 9)}_${digest}`;
}

/** The tools of a valid request by the names that they have in a chat completion. */
export function toolsByName({ tools }: ResponseRequestDto): ReadonlyMap<string, NamedTool> {
  const named = (tools ?? []).flatMap((tool) => {
    if (tool.type !== 'namespace') return [{ ...tool, namespace: undefined }];
    return (tool.tools as Record<string, unknown>[]).map((inner) => ({ ...inner, namespace: tool.name }));
  }) as { type: string; name: string; namespace?: string }[];
  return new Map(
    named.map(({ type, name, namespace }) => [
      flatName(name, namespace),
      { name, isCustom: type === 'custom', ...(namespace !== undefined && { namespace }) },
    ]),
  );
}
