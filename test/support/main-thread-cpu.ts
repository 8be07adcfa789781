import { existsSync, readFileSync } from 'node:fs';

const SCHEDSTAT = `/proc/self/task/${process.pid}/schedstat`;

/**
 * CPU time of the main thread so far, in ms: what it grows by is how long the event loop was held, whatever other threads
 * and programs did meanwhile. Where the kernel does not tell it: the time itself, which others can only lengthen.
 */
export function mainThreadCpuMs(): number {
  if (!existsSync(SCHEDSTAT)) return performance.now();
  return Number(readFileSync(SCHEDSTAT, 'utf8').split(' ', 1)[0]) / 1e6;
}

/** Begins to watch the event loop. The function returned ends that, and tells how long each turn of it held the loop, in ms. */
export function watchEventLoop(): () => number[] {
  const held: number[] = [];
  let before = mainThreadCpuMs();
  const timer = setInterval(() => {
    const now = mainThreadCpuMs();
    held.push(now - before);
    before = now;
  }, 1);
  return () => {
    clearInterval(timer);
    return held;
  };
}
