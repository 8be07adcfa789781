import { invalidField } from '../../../common/problem.js';
import { reasoningDetailsIn } from '../reasoning-content.js';
import { readContent } from './content.js';
import { Conversation } from './conversation.js';
import { customCallArguments } from '../custom-tools.js';
import { flatName } from '../tool-names.js';
import { type Fields, listAt, nameAt, objectAt, textAt } from './fields.js';

type ReadItem = (item: Fields, path: string, into: Conversation) => void;

/** Kinds of input items that a chat completion can represent. */
const ITEMS: ReadonlyMap<unknown, ReadItem> = new Map<unknown, ReadItem>([
  ['message', readMessage],
  ['function_call', readFunctionCall],
  ['function_call_output', readCallOutput],
  ['custom_tool_call', readCustomCall],
  ['custom_tool_call_output', readCallOutput],
  ['reasoning', readReasoning],
]);

/** Throws a Problem 400 that names the invalid item of `input`. */
export function readInput(input: unknown, instructions: string | null | undefined): Conversation {
  const conversation = new Conversation();
  if (instructions) conversation.add({ role: 'system', content: instructions }, 'instructions');
  if (typeof input === 'string') conversation.add({ role: 'user', content: input }, 'input');
  else
    listAt(input, 'input').forEach((item, index) => {
      readItem(item, `input[${index}]`, conversation);
    });
  conversation.end();
  if (conversation.paths.every((path) => path === 'instructions'))
    throw invalidField('input', 'must have at least one message');
  return conversation;
}

function readItem(value: unknown, path: string, into: Conversation): void {
  const item = objectAt(value, path);
  const read = ITEMS.get(item.type ?? 'message');
  if (!read) throw invalidField(`${path}.type`, `must be one of: ${[...ITEMS.keys()].join(', ')}`);
  read(item, path, into);
}

function readMessage({ role, content }: Fields, path: string, into: Conversation): void {
  const said = readContent(content, `${path}.content`);
  if (role === 'assistant') into.answer(said, `${path}.content`);
  else if (role === 'user' || role === 'system' || role === 'developer')
    into.add({ role, content: said }, `${path}.content`);
  else throw invalidField(`${path}.role`, 'must be one of: user, assistant, system, developer');
}

function readFunctionCall(
  { call_id: id, name, namespace, arguments: args }: Fields,
  path: string,
  into: Conversation,
): void {
  into.call(
    {
      id: nameAt(id, `${path}.call_id`),
      type: 'function',
      function: {
        name: flatName(nameAt(name, `${path}.name`), namespace),
        arguments: textAt(args, `${path}.arguments`),
      },
    },
    path,
  );
}

function readCustomCall({ input, ...call }: Fields, path: string, into: Conversation): void {
  readFunctionCall({ ...call, arguments: customCallArguments(textAt(input, `${path}.input`)) }, path, into);
}

function readCallOutput({ call_id: id, output }: Fields, path: string, into: Conversation): void {
  const content = readContent(output, `${path}.output`);
  into.addOutput(nameAt(id, `${path}.call_id`), content, `${path}.output`);
}

/** The model's earlier reasoning; parts that are not understood are omitted. */
function readReasoning(
  { summary, content, encrypted_content: details }: Fields,
  path: string,
  into: Conversation,
): void {
  const texts = [summary, content].find((parts) => Array.isArray(parts) && parts.length > 0) as
    unknown[] | undefined;
  const text = (texts ?? [])
    .map((part) => (part as Fields | null)?.text)
    .filter((part) => typeof part === 'string');
  into.think(text.join('\n\n'), reasoningDetailsIn(details), path);
}
