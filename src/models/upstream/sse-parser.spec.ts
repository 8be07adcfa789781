import fc from 'fast-check';
import { type ParsedEvent, SseOverflowError, SseParser } from './sse-parser.js';

const MAX = 1 << 20;

/** The WHATWG rules as simply as possible: the whole stream at once, without a limit. */
function reference(bytes: Uint8Array): ParsedEvent[] {
  const lines = new TextDecoder().decode(bytes).split(/\r\n|\r|\n/);
  const events: ParsedEvent[] = [];
  let event = '';
  let data = '';
  for (const line of lines.slice(0, -1)) {
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') data += `${value}\n`;
    if (field === 'event') event = value;
    if (line !== '') continue;
    if (data !== '') events.push({ event: event || 'message', data: data.slice(0, -1) });
    data = event = '';
  }
  return events;
}

function parse(reads: readonly Uint8Array[], max = MAX): { events: ParsedEvent[]; overflow: boolean } {
  const parser = new SseParser(max);
  const events: ParsedEvent[] = [];
  try {
    for (const read of reads) events.push(...parser.push(read));
    parser.end();
    return { events, overflow: false };
  } catch (error) {
    expect(error).toBeInstanceOf(SseOverflowError);
    return { events, overflow: true };
  }
}

function split(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...places, bytes.length].map((place, i) => bytes.subarray(i === 0 ? 0 : places[i - 1], place));
}

const texts = (...reads: string[]) => parse(reads.map((read) => Buffer.from(read))).events;
const datas = (...reads: string[]) => texts(...reads).map(({ data }) => data);
const eachByte = (text: string) => [...Buffer.from(text)].map((byte) => Uint8Array.of(byte));

const hostilePieces = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('\n', '\r', '\r\n', '\n\n', '\r\r', ':', ' ', '\uFEFF', '\u2028') },
  {
    weight: 8,
    arbitrary: fc.constantFrom('data:', 'data: ', 'data', 'event:', 'event', 'event: x', 'id: 1', 'retry: 5'),
  },
  { weight: 4, arbitrary: fc.constantFrom('[DONE]', 'datax:', 'dat', 'even', '\0', '😀', 'é') },
  { weight: 2, arbitrary: fc.string({ unit: 'binary' }) },
);
const hostileBytes = fc
  .array(
    fc.oneof(
      {
        weight: 9,
        arbitrary: hostilePieces.map((text): Uint8Array => Buffer.from(text)),
      },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 4 }) },
    ),
    { maxLength: 40 },
  )
  .map((pieces) => Uint8Array.from(Buffer.concat(pieces)));
const cuts = fc.array(fc.nat(), { maxLength: 12 });

describe('SseParser', () => {
  it.each([
    ['LF', '\n'],
    ['CR', '\r'],
    ['CRLF', '\r\n'],
  ])('accepts %s as the end of a line', (_name, end) => {
    expect(texts(`data: a${end}${end}event: x${end}data: b${end}${end}`)).toEqual([
      { event: 'message', data: 'a' },
      { event: 'x', data: 'b' },
    ]);
  });

  it('reads a CRLF split over two reads as one line end', () => {
    expect(datas('data: a\r', '\ndata: b\r', '\n\r', '\n')).toEqual(['a\nb']);
    expect(datas('data: a\r', '', '\ndata: b\n\n')).toEqual(['a\nb']);
  });

  it('dispatches at a lone CR without waiting for the next byte', () => {
    expect(new SseParser(MAX).push(Buffer.from('data: a\r\r'))).toHaveLength(1);
  });

  it('finds the same events one byte at a time', () => {
    const stream = '\uFEFFdata: grüße 😀 \u2028\r\n: note\r\nevent: e\r\ndata:b\r\n\r\ndata: [DONE]\n\n';
    expect(parse(eachByte(stream)).events).toEqual([
      { event: 'e', data: 'grüße 😀 \u2028\nb' },
      { event: 'message', data: '[DONE]' },
    ]);
  });

  it('removes one space after the colon and no more', () => {
    expect(datas('data:a\n\ndata: a\n\ndata:  a\n\ndata: \n\n')).toEqual(['a', 'a', ' a', '']);
  });

  it('dispatches empty data, but drops an event without data and its name', () => {
    expect(texts('data\n\ndata:\n\nevent: x\n\ndata: a\n\n')).toEqual([
      { event: 'message', data: '' },
      { event: 'message', data: '' },
      { event: 'message', data: 'a' },
    ]);
  });

  it('joins lines of data and uses the last name', () => {
    expect(texts('event: x\ndata: a\nevent: y\ndata\ndata: b\n\n')).toEqual([{ event: 'y', data: 'a\n\nb' }]);
    expect(texts('event: x\nevent\ndata: a\n\n')).toEqual([{ event: 'message', data: 'a' }]);
  });

  it('skips comments, id, retry and unknown fields', () => {
    expect(datas(': c\nid: 1\nretry: 5\ndatax: 1\n data: 1\ndat\nDATA: 1\nfoo\ndata: a\n\n')).toEqual(['a']);
  });

  it('counts comments, which complete no event', () => {
    const parser = new SseParser(MAX);
    expect(parser.push(Buffer.from(': OPENROUTER PROCESSING\n\n:\n\n'))).toEqual([]);
    expect(parser.comments).toBe(2);
  });

  it('drops one BOM at the very beginning and keeps any other', () => {
    expect(datas('\uFEFFdata: a\n\n')).toEqual(['a']);
    expect(datas('\uFEFF\uFEFFdata: a\n\n')).toEqual([]);
    expect(datas('\n\uFEFFdata: a\n\n')).toEqual([]);
    expect(datas('data: \uFEFFa\n\n')).toEqual(['\uFEFFa']);
  });

  it.each([
    ['nothing', '', false],
    ['a whole event', 'data: a\n\n', false],
    ['a comment', ': a\n', false],
    ['an event without its empty line', 'data: a\n', true],
    ['a name', 'event: a\n', true],
    ['half a line', 'data: a\n\nda', true],
  ])('reports at the end whether an event was cut: %s', (_name, stream, cut) => {
    const parser = new SseParser(MAX);
    parser.push(Buffer.from(stream));
    expect(parser.end()).toBe(cut);
  });

  it('reads a plain Uint8Array within a larger buffer', () => {
    const bytes = new Uint8Array(Buffer.from('xxdata: a\n\nxx')).subarray(2, 11);
    expect(new SseParser(MAX).push(bytes)).toEqual([{ event: 'message', data: 'a' }]);
  });

  it('does not keep the bytes of a read, which the socket may reuse', () => {
    const parser = new SseParser(MAX);
    const read = Buffer.from('data: abc');
    parser.push(read);
    read.fill('x');
    expect(parser.push(Buffer.from('\n\n'))).toEqual([{ event: 'message', data: 'abc' }]);
  });

  it('is linear in a line that does not end and in many CR lines (F18)', () => {
    // CPU time, because wall-clock time would include other processes.
    const started = process.cpuUsage();
    const parser = new SseParser(1 << 26);
    const read = Buffer.alloc(1024, 'x');
    for (let i = 0; i < 4 * 1024; i++) parser.push(read);
    for (let i = 0; i < 50_000; i++) parser.push(Buffer.from('x'));
    new SseParser(MAX).push(Buffer.from('data: a\r\r'.repeat(300_000)));
    // About 0.2 s; a parser that reads bytes twice takes more than 7 s for either.
    expect(process.cpuUsage(started).user / 1_000).toBeLessThan(5_000);
  });

  describe('the bound', () => {
    const exact = 'data: 3456\n\n';

    it.each([
      ['a line', 'data: 34567\n\n'],
      ['a line that never ends', 'data: 34567'],
      ['a comment', ': 234567890\n'],
      ['the data of an event', 'data: a\ndata\n\n'],
    ])('refuses %s over it, and everything afterwards', (_name, over) => {
      for (const reads of [[Buffer.from(over)], eachByte(over)]) {
        const parser = new SseParser(10);
        expect(() => {
          for (const read of reads) parser.push(read);
        }).toThrow(new SseOverflowError(10));
        expect(() => parser.push(Buffer.from('data: a\n\n'))).toThrow(SseOverflowError);
        expect(() => parser.end()).toThrow(SseOverflowError);
      }
    });

    it('accepts events of exactly that size, repeatedly', () => {
      expect(parse([Buffer.from(exact.repeat(3))], 10).events).toHaveLength(3);
      expect(parse(eachByte(exact.repeat(3)), 10)).toEqual({
        events: Array(3).fill({ event: 'message', data: '3456' }),
        overflow: false,
      });
    });

    it('throws an error that differs from a connection failure', () => {
      expect(new SseOverflowError(10)).toMatchObject({
        name: 'SseOverflowError',
        maxEventBytes: 10,
        message: 'An event of the stream is larger than 10 bytes',
      });
    });

    it('returns the events before the one that is too large', () => {
      const parser = new SseParser(10);
      expect(parser.push(Buffer.from(`${exact}data: 34567\n\n${exact}`))).toHaveLength(1);
      expect(() => parser.push(Buffer.alloc(0))).toThrow(SseOverflowError);
    });

    it('property: does not depend on how the bytes were split', () => {
      fc.assert(
        fc.property(hostileBytes, cuts, fc.nat(40), (bytes, places, max) => {
          expect(parse(split(bytes, places), max)).toEqual(parse([bytes], max));
        }),
        { numRuns: 500 },
      );
    });
  });

  it('property: agrees with the reference, however the bytes were split', () => {
    fc.assert(
      fc.property(hostileBytes, cuts, (bytes, places) => {
        const expected = reference(bytes);
        expect(parse([bytes]).events).toEqual(expected);
        expect(parse(split(bytes, places)).events).toEqual(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  it('property: every text survives as data, line by line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), cuts, (text, places) => {
        const lines = text.split(/\r\n|\r|\n/);
        const stream = Buffer.from(lines.map((line) => `data: ${line}\n`).join('') + '\n');
        const expected = Buffer.from(lines.join('\n')).toString();
        expect(parse(split(stream, places)).events).toEqual([{ event: 'message', data: expected }]);
      }),
      { numRuns: 500 },
    );
  });
});
