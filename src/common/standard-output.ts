import { fstatSync } from 'node:fs';
import { destination } from 'pino';

/** As much as may wait for a reader that is slow. Beyond it lines are dropped. */
const MAX_WAITING_BYTES = 1024 * 1024;

/** Standard output for lines of a log. Neither a slow reader nor one that has gone holds the service or its end up. */
export interface LineWriter {
  write(line: string): void;
  /** Resolves when all lines have left, or after `maxMs` without them. Nothing may be written afterwards. */
  end(maxMs: number): Promise<void>;
}

export function standardOutput(): LineWriter {
  return gathered(fstatSync(1).isFile() ? toFile() : toStream());
}

/** One system call for all lines of a turn of the event loop. */
function gathered(out: LineWriter): LineWriter {
  let waiting = '';
  const send = (): void => {
    out.write(waiting);
    waiting = '';
  };
  return {
    write: (line) => {
      if (waiting === '') setImmediate(send);
      waiting += line;
    },
    end: (maxMs) => {
      send();
      return out.end(maxMs);
    },
  };
}

/** Pipes, sockets and terminals: Node waits for these in its event loop, not in a thread that would never come back. */
function toStream(): LineWriter {
  const { stdout } = process;
  // A reader that has gone away (`| head -1`) must not take the service with it.
  stdout.on('error', () => undefined);
  return {
    write: (lines) => {
      if (stdout.writableLength < MAX_WAITING_BYTES) stdout.write(lines);
    },
    end: (maxMs) =>
      within(maxMs, (done) => {
        stdout.write('', done);
      }),
  };
}

/** A file is written in a thread: a disk that hangs would otherwise hold the event loop. */
function toFile(): LineWriter {
  const out = destination({ fd: 1, sync: false, maxLength: MAX_WAITING_BYTES });
  // Such as a full disk: each later line tries again.
  out.on('error', () => undefined);
  return {
    write: (lines) => {
      out.write(lines);
    },
    end: async (maxMs) => {
      await within(maxMs, (done) => {
        out.flush(done);
      });
      // Else it would try again and again in process.exit() what the disk does not take.
      out.destroy();
    },
  };
}

function within(maxMs: number, run: (done: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, maxMs).unref();
    run(resolve);
  });
}
