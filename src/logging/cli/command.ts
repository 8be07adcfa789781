import { Logger } from '@nestjs/common';

/** The program was called in a way that it does not know. */
export class UsageError extends Error {}

/**
 * What the programs over the log have in common: `--help`, faults and warnings as plain lines on stderr, and an exit
 * code: 0, 1 where the work could not be done in full, 2 where it was not understood.
 * @param work answers whether it was done in full
 */
export async function command(usage: string, work: () => Promise<boolean>): Promise<void> {
  const isHelp = process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h');
  if (isHelp) {
    process.stdout.write(usage);
    return;
  }
  Logger.overrideLogger({ log: plainLine, warn: plainLine, error: plainLine });
  // Until it is known better: a program that ends early must not look as if it had done its work.
  process.exitCode = 1;
  try {
    process.exitCode = (await work()) ? 0 : 1;
  } catch (error) {
    process.exitCode = report(error as NodeJS.ErrnoException, usage);
  }
}

function plainLine(message: unknown): void {
  process.stderr.write(`${String(message)}\n`);
}

function report(error: NodeJS.ErrnoException, usage: string): number {
  // `… | head` has seen enough.
  if (error.code === 'EPIPE') return 0;
  const isUsage = error instanceof UsageError || error.code?.startsWith('ERR_PARSE_ARGS');
  process.stderr.write(isUsage ? `${error.message}\n\n${usage}` : `${error.message}\n`);
  return isUsage ? 2 : 1;
}

/** `1 row`, `2 rows` */
export const rowCount = (count: number) => `${count} ${count === 1 ? 'row' : 'rows'}`;
