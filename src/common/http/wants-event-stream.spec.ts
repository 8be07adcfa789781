import { wantsEventStream } from './wants-event-stream.js';

describe('wantsEventStream', () => {
  it.each([
    [undefined, false],
    ['', false],
    ['*/*', false],
    ['text/*', false],
    ['application/json', false],
    ['text/event-stream', true],
    ['Text/Event-Stream; charset=utf-8', true],
    ['application/json, text/event-stream', true],
    ['application/json, text/event-stream;q=0', false],
    ['text/event-stream; q=0.0', false],
    ['text/event-stream;q=0.5, application/json', false],
    ['text/event-stream, application/json;q=0.9', true],
    ['text/event-stream;q=x', false],
    ['text/event-streams', false],
    ['x-text/event-stream', false],
  ])('H11.12: %p: %p', (accept, wanted) => {
    expect(wantsEventStream(accept)).toBe(wanted);
  });
});
