import { withoutNulls } from '../../given-fields.js';
import { invalidField } from '../../../common/problem.js';
import { type Fields, nameAt, objectAt } from './fields.js';

/** `text.format` as the `response_format` of a chat completion; undefined for plain text. */
export function responseFormatOf(format: Fields | null | undefined): object | undefined {
  if (!format) return undefined;
  switch (format.type) {
    case 'text':
      return undefined;
    case 'json_object':
      return { type: 'json_object' };
    case 'json_schema': {
      const { name, schema, strict, description } = format;
      return {
        type: 'json_schema',
        json_schema: {
          name: nameAt(name, 'text.format.name'),
          schema: objectAt(schema, 'text.format.schema'),
          ...withoutNulls({ strict, description }),
        },
      };
    }
  }
  throw invalidField('text.format.type', 'must be one of: text, json_object, json_schema');
}
