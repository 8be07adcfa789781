import type { ToolCallDelta } from '../model.types.js';
import { ToolCallPieces } from './tool-call-pieces.js';

/** Each list is the `tool_calls` of one chunk. */
function read(...chunks: readonly unknown[]): (readonly ToolCallDelta[] | undefined)[] {
  const pieces = new ToolCallPieces();
  return chunks.map((chunk) => pieces.read(chunk));
}

const piece = (name: string | undefined, args?: unknown, rest: object = {}) => ({
  ...rest,
  function: { name, arguments: args },
});

describe('ToolCallPieces', () => {
  it('passes regular pieces on unchanged', () => {
    const chunks = [
      [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '{' } }],
      [{ index: 0, function: { arguments: '}' } }],
      [{ index: 1, id: 'b', type: 'function', function: { name: 'f' } }],
    ];
    expect(read(...chunks)).toEqual(chunks);
  });

  it.each([
    ['no list', 5],
    ['an empty list', []],
    ['nothing but null and text', [null, 'x']],
    [
      'a piece that says nothing',
      [{ index: 0, id: '', type: 'function', function: { name: '', arguments: '' } }],
    ],
  ])('reads nothing from %s', (_name, chunk) => {
    expect(read(chunk)).toEqual([undefined]);
  });

  it('gives a call with a used index the next free one, and keeps it', () => {
    expect(
      read(
        [piece('f', '{}', { index: 0, id: 'a' })],
        [piece('g', '{"x":', { index: 0, id: 'b' })],
        [piece(undefined, '1}', { index: 0 })],
        [piece('h', '{}', { index: 1, id: 'c' })],
      ).map((deltas) => deltas?.map(({ index }) => index)),
    ).toEqual([[0], [1], [1], [2]]);
  });

  it('continues a call by its id if there is no index', () => {
    expect(
      read(
        [piece('f', '{', { id: 'a' }), piece('g', '{', { id: 'b' })],
        [piece(undefined, '}', { id: 'a' })],
      ),
    ).toMatchObject([[{ index: 0 }, { index: 1 }], [{ index: 0, function: { arguments: '}' } }]]);
  });

  it('joins a name in two parts', () => {
    const parts = read([piece('get_', '', { index: 0 })], [piece('weather', '{}', { index: 0 })]);
    expect(parts).toMatchObject([[{ index: 0 }], [{ index: 0, function: { name: 'weather' } }]]);
  });

  it.each([
    ['an object', { a: 1 }, '{"a":1}'],
    ['a list', [1], '[1]'],
    ['a number', 5, '5'],
    ['false', false, 'false'],
  ])('writes arguments that are %s as text', (_name, args, text) => {
    expect(read([piece('f', args)])).toMatchObject([[{ function: { name: 'f', arguments: text } }]]);
  });

  it('keeps other fields of a call, and a numeric id', () => {
    expect(read([piece('f', null, { id: 7, extra_content: { signature: 'x' } })])).toEqual([
      [{ index: 0, id: '7', extra_content: { signature: 'x' }, function: { name: 'f' } }],
    ]);
  });

  it.each([-1, 1.5, '0', NaN, null])('treats the index %p as absent', (index) => {
    expect(read([piece('f', '{}', { index })])).toMatchObject([[{ index: 0 }]]);
  });

  it('is linear in the number of calls and of pieces (H11.1)', () => {
    const begun = process.cpuUsage();
    const pieces = new ToolCallPieces();
    for (let i = 0; i < 100_000; i++) pieces.read([piece('f', '{}', { id: `call-${i}` })]);
    for (let i = 0; i < 100_000; i++) pieces.read([piece('f', '"}"', { index: 0 })]);
    // About 0.3 s; scanning all calls or the text so far each time would take minutes.
    expect(process.cpuUsage(begun).user / 1_000).toBeLessThan(5_000);
  });
});
