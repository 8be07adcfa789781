import * as field from './fields.js';

const fields = {
  name: field.required(field.text),
  size: field.nullable(field.count),
  shape: field.oneOf('round', 'square'),
  parts: field.listOf(field.either(field.number, field.flag)),
  status: field.httpStatus,
  headers: field.headerSet,
};
const read = (value: unknown) => field.readFields('thing', value, fields);

describe('readFields', () => {
  it.each([
    { name: 'a' },
    { name: '', size: null, shape: 'round', parts: [1, true], status: 404, headers: { a: 'b' } },
  ])('takes %j', (value) => {
    expect(read(value)).toBe(value);
  });

  it.each([
    ['text', '"thing" must be an object'],
    [{}, 'thing needs name'],
    [{ name: 1 }, '"name" does not suit thing'],
    [{ name: 'a', size: -1 }, '"size" does not suit'],
    [{ name: 'a', shape: 'flat' }, '"shape" does not suit'],
    [{ name: 'a', parts: ['x'] }, '"parts" does not suit'],
    [{ name: 'a', status: 200.5 }, '"status" does not suit'],
    [{ name: 'a', headers: { a: 1 } }, '"headers" does not suit'],
    [{ name: 'a', toString: 'x' }, 'no field "toString". It has: name, size'],
  ])('refuses %j', (value, message) => {
    expect(() => read(value)).toThrow(message);
  });
});
