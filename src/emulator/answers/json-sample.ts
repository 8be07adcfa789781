import { isObject, type JsonObject } from '../fields.js';

/** A value that fits a JSON schema, the same one every time; strings repeat `text`. */
export function sampleFor(schema: unknown, text: string): unknown {
  if (!isObject(schema)) return text;
  if ('const' in schema) return schema.const;
  const choices = schema.enum ?? schema.examples;
  if (Array.isArray(choices) && choices.length > 0) return choices[0];
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(alternatives) && alternatives.length > 0) return sampleFor(alternatives[0], text);
  return sampleOfType(schema, text);
}

function sampleOfType(schema: JsonObject, text: string): unknown {
  const type: unknown = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case 'object':
    case undefined:
      return sampleObject(schema, text);
    case 'array':
      return [sampleFor(schema.items, text)];
    case 'integer':
    case 'number':
      return typeof schema.minimum === 'number' ? schema.minimum : 1;
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return text;
  }
}

function sampleObject(schema: JsonObject, text: string): unknown {
  const properties = isObject(schema.properties) ? schema.properties : {};
  return Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, sampleFor(part, text)]));
}
