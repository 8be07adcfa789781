import { closeSync, openSync, readSync } from 'node:fs';

const LF = 0x0a;

/** Counts the rows that a log has grown by. The bench's texts hold no line ends, so a line is a row. */
export class RowCount {
  #position = 0;
  #headerSeen = false;

  constructor(path) {
    this.path = path;
  }

  /** Rows since the last call. */
  added() {
    const file = openSync(this.path, 'r');
    const chunk = Buffer.alloc(1024 * 1024);
    let lines = 0;
    for (;;) {
      const length = readSync(file, chunk, 0, chunk.length, this.#position);
      if (length === 0) break;
      this.#position += length;
      for (let at = chunk.indexOf(LF); at !== -1 && at < length; at = chunk.indexOf(LF, at + 1)) lines++;
    }
    closeSync(file);
    const rows = this.#headerSeen ? lines : lines - 1;
    this.#headerSeen = true;
    return rows;
  }
}
