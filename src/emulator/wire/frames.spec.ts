import { insertAfter, without, type Frame, type StreamPart } from './frames.js';

const inserted: Frame = { part: 'fault', text: '!' };
const parts: StreamPart[] = ['comment', 'role', 'content', 'content', 'finish', 'done'];
const frames = parts.map((part): Frame => ({ part, text: part[0] ?? '' }));

describe('insertAfter', () => {
  it.each([
    [0, 'c!rccfd'],
    [1, 'crc!cfd'],
    [2, 'crcc!fd'],
    [3, 'crccfd!'],
  ])('%i content frames', (count, expected) => {
    expect([...insertAfter(frames, count, inserted)].map((frame) => frame.text).join('')).toBe(expected);
  });
});

it('without leaves parts out', () => {
  expect([...without(frames, ['comment', 'content'])].map((frame) => frame.text).join('')).toBe('rfd');
});
