import { fstatSync } from 'node:fs';
import { destination } from 'pino';

/** Maximum bytes that wait for a slow reader. Further lines are dropped. */
const MAX_WAITING_BYTES = 1024 * 1024;

/** Writes log lines to standard output. A slow or closed reader blocks neither the service nor its end. */
export interface LineWriter {
  write(line: string): void;
  /** Resolves when all lines are written, or after `maxMs`. Later lines are dropped. */
  end(maxMs: number): Promise<void>;
}

export function standardOutput(): LineWriter {
  return gathered(fstatSync(1).isFile() ? toFile() : toStream());
}

/** Makes one system call for all lines of a turn of the event loop. */
function gathered(out: LineWriter): LineWriter {
  let waiting = '';
  let turn: NodeJS.Immediate | undefined;
  let hasEnded = false;
  const send = (): void => {
    clearImmediate(turn);
    turn = undefined;
    out.write(waiting);
    waiting = '';
  };
  return {
    write: (line) => {
      if (hasEnded) return;
      waiting += line;
      turn ??= setImmediate(send);
    },
    end: (maxMs) => {
      send();
      hasEnded = true;
      return out.end(maxMs);
    },
  };
}

/** Pipes, sockets and terminals: Node waits for these in its event loop, not in a thread that might block forever. */
function toStream(): LineWriter {
  const { stdout } = process;
  // A reader that has gone (`| head -1`) must not end the service.
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

/** Files are written in a thread: a hanging disk would otherwise block the event loop. */
function toFile(): LineWriter {
  const out = destination({ fd: 1, sync: false, maxLength: MAX_WAITING_BYTES });
  // For example a full disk: the next line tries again.
  out.on('error', () => undefined);
  return {
    write: (lines) => {
      out.write(lines);
    },
    end: async (maxMs) => {
      await within(maxMs, (done) => {
        out.flush(done);
      });
      // Otherwise process.exit() would retry forever what the disk refuses.
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
