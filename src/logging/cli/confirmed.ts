import { createInterface } from 'node:readline/promises';

/** Asks the user at the terminal. An aborted `signal` means no. */
export async function confirmed(question: string, signal?: AbortSignal): Promise<boolean> {
  const terminal = createInterface(process.stdin, process.stdout);
  // While readline reads the terminal, Ctrl-C is a character and not a signal.
  terminal.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const answer = await terminal.question(`${question} [y/N] `, { signal }).catch(() => '');
  terminal.close();
  return /^y(es)?$/i.test(answer);
}
