const QUOTE = 0x22;
const LF = 0x0a;

/**
 * Cuts the bytes of a CSV file into rows, header included, each with its line end (CRLF, or LF in older files). What
 * comes last may be a row that was cut. Memory is one row and one chunk.
 */
export async function* splitRows(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let insideQuotes = false;
  let begun: Buffer[] = [];
  for await (const chunk of chunks) {
    let start = 0;
    for (let i = 0; i < chunk.length; i++) {
      if (chunk[i] === QUOTE) insideQuotes = !insideQuotes;
      else if (chunk[i] === LF && !insideQuotes) {
        yield Buffer.concat([...begun, chunk.subarray(start, i + 1)]);
        begun = [];
        start = i + 1;
      }
    }
    // Copied, because a stream may use the memory of a chunk again.
    if (start < chunk.length) begun.push(Buffer.from(chunk.subarray(start)));
  }
  if (begun.length > 0) yield Buffer.concat(begun);
}
