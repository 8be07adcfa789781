import { Logger } from '@nestjs/common';

/** The program was called with invalid arguments. */
export class UsageError extends Error {}

/**
 * The common frame of programs over the log: `--help`, errors and warnings as plain lines on stderr, and an exit code:
 * 0; 1 if the work could not be completed; 2 for invalid arguments.
 * @param work returns whether the work was completed
 */
export async function command(usage: string, work: () => Promise<boolean>): Promise<void> {
  const isHelp = process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h');
  if (isHelp) {
    process.stdout.write(usage);
    return;
  }
  Logger.overrideLogger({ log: plainLine, warn: plainLine, error: plainLine });
  // Default: a program that ends early must not report success.
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
  // `… | head` needs no more.
  if (error.code === 'EPIPE') return 0;
  const isUsage = error instanceof UsageError || error.code?.startsWith('ERR_PARSE_ARGS');
  process.stderr.write(isUsage ? `${error.message}\n\n${usage}` : `${error.message}\n`);
  return isUsage ? 2 : 1;
}

/** `1 row`, `2 rows` */
export const rowCount = (count: number) => `${count} ${count === 1 ? 'row' : 'rows'}`;
