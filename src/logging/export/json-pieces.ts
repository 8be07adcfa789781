const PIECE_CHARACTERS = 256 * 1024;

/**
 * JSON of an object in pieces: escaping a text of many megabytes at once would block the event loop. The field
 * `messages` is already JSON.
 */
export function* jsonPieces(record: object): Generator<string> {
  let before = '{';
  for (const [name, value] of Object.entries(record)) {
    const key = `${before}${JSON.stringify(name)}:`;
    if (name === 'messages' && typeof value === 'string') {
      yield key;
      yield* pieces(value);
      before = ',';
    } else if (typeof value === 'string' && value.length > PIECE_CHARACTERS) {
      yield `${key}"`;
      for (const piece of pieces(value)) yield JSON.stringify(piece).slice(1, -1);
      before = '",';
    } else {
      yield key + JSON.stringify(value);
      before = ',';
    }
  }
  yield before === '",' ? '"}' : before === '{' ? '{}' : '}';
}

/** JSON of a page of rows. */
export function* pageJsonPieces(rows: readonly object[], nextCursor: string | null): Generator<string> {
  let before = '{"data":[';
  for (const row of rows) {
    yield before;
    yield* jsonPieces(row);
    before = ',';
  }
  yield rows.length === 0 ? '{"data":[]' : ']';
  yield `,"next_cursor":${JSON.stringify(nextCursor)}}`;
}

function* pieces(text: string): Generator<string> {
  for (let from = 0; from < text.length;) {
    const to = from + PIECE_CHARACTERS;
    // A split surrogate pair would become two escapes.
    const end = isHighSurrogate(text.charCodeAt(to - 1)) ? to + 1 : to;
    yield text.slice(from, end);
    from = end;
  }
}

const isHighSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;
