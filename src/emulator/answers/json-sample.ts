import { isObject } from '../fields.js';

const firstOf = (list: unknown) => (Array.isArray(list) ? (list as unknown[])[0] : undefined);

/** A value that fits a JSON schema, the same one every time; strings repeat `text`. */
export function sampleFor(schema: unknown, text: string): unknown {
  if (!isObject(schema)) return text;
  if ('const' in schema) return schema.const;
  const choice = firstOf(schema.enum ?? schema.examples);
  if (choice !== undefined) return choice;
  const alternative = firstOf(schema.anyOf ?? schema.oneOf);
  if (alternative !== undefined) return sampleFor(alternative, text);
  const type: unknown = Array.isArray(schema.type) ? schema.type[0] : (schema.type ?? 'object');
  if (type === 'array') return [sampleFor(schema.items, text)];
  if (type === 'integer' || type === 'number') return typeof schema.minimum === 'number' ? schema.minimum : 1;
  if (type === 'boolean') return true;
  if (type === 'null') return null;
  if (type !== 'object') return text;
  const properties = Object.entries(isObject(schema.properties) ? schema.properties : {});
  return Object.fromEntries(properties.map(([name, part]) => [name, sampleFor(part, text)]));
}
