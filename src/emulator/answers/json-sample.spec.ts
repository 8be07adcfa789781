import { sampleFor } from './json-sample.js';

describe('sampleFor', () => {
  it.each([
    [{ type: 'string' }, 'text'],
    [{ type: ['integer', 'null'], minimum: 5 }, 5],
    [{ type: 'boolean' }, true],
    [{ type: 'null' }, null],
    [{ const: 'fixed' }, 'fixed'],
    [{ enum: [3, 4] }, 3],
    [{ anyOf: [{ type: 'number' }, { type: 'string' }] }, 1],
    [{ type: 'array', items: { type: 'string' } }, ['text']],
    [{ properties: { a: { type: 'object' }, b: true } }, { a: {}, b: 'text' }],
    [undefined, 'text'],
  ])('%j', (schema, sample) => {
    expect(sampleFor(schema, 'text')).toEqual(sample);
  });
});
