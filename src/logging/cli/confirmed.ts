import { createInterface } from 'node:readline/promises';

/** Asks whoever sits at the terminal. An aborted `signal` is a no. */
export async function confirmed(question: string, signal?: AbortSignal): Promise<boolean> {
  const terminal = createInterface(process.stdin, process.stdout);
  // In a terminal that readline reads, Ctrl-C is a character and no signal.
  terminal.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const answer = await terminal.question(`${question} [y/N] `, { signal }).catch(() => '');
  terminal.close();
  return /^y(es)?$/i.test(answer);
}
