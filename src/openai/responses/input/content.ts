import type { ContentPart } from '../../../models/model.types.js';
import { invalidField } from '../../../common/problem.js';
import { type Fields, listAt, nameAt, objectAt, textAt } from './fields.js';

type ReadPart = (part: Fields, path: string) => ContentPart;

const text =
  (field: 'text' | 'refusal'): ReadPart =>
  (part, path) => ({ type: 'text', text: textAt(part[field], `${path}.${field}`) });

/** Kinds of content parts, and their counterparts in a chat completion. */
const PARTS: ReadonlyMap<unknown, ReadPart> = new Map<unknown, ReadPart>([
  ['input_text', text('text')],
  ['output_text', text('text')],
  ['refusal', text('refusal')],
  ['input_image', image],
  ['input_file', file],
  [
    'input_audio',
    ({ input_audio: audio }, path) => ({ type: 'input_audio', input_audio: objectAt(audio, path) }),
  ],
]);

/** Message content. Text alone stays a string, because not every upstream accepts parts in every role. */
export function readContent(content: unknown, path: string): string | readonly ContentPart[] {
  if (typeof content === 'string') return content;
  const parts = listAt(content, path).map((part, index) => readPart(part, `${path}[${index}]`));
  const [first] = parts;
  if (parts.length === 1 && first?.type === 'text') return first.text as string;
  return parts;
}

function readPart(value: unknown, path: string): ContentPart {
  const part = objectAt(value, path);
  const read = PARTS.get(part.type);
  if (!read) throw invalidField(`${path}.type`, `must be one of: ${[...PARTS.keys()].join(', ')}`);
  return read(part, path);
}

function image({ image_url: url, detail, file_id: id }: Fields, path: string): ContentPart {
  refuseStored(id, path);
  const image = { url: nameAt(url, `${path}.image_url`), ...(typeof detail === 'string' && { detail }) };
  return { type: 'image_url', image_url: image };
}

function file({ file_data: data, filename, file_id: id, file_url: url }: Fields, path: string): ContentPart {
  refuseStored(id, path);
  if (url != null) throw invalidField(`${path}.file_url`, 'is not fetched here: send the file as file_data');
  const named = typeof filename === 'string' && { filename };
  return { type: 'file', file: { ...named, file_data: nameAt(data, `${path}.file_data`) } };
}

function refuseStored(id: unknown, path: string): void {
  if (id != null)
    throw invalidField(`${path}.file_id`, 'is not known: files are not kept here, send the data itself');
}
