import { execFile } from 'node:child_process';
import { resolve } from 'node:path';

export interface ProgramEnd {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** `npm run keys -- …` as a process of its own, in `folder`. */
export function keysProgram(
  folder: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<ProgramEnd> {
  return new Promise((done) => {
    const program = [resolve('dist/access/cli/keys.js'), ...args];
    const env = { PATH: process.env.PATH, ...variables };
    execFile(process.execPath, program, { cwd: folder, env }, (error, output, errors) => {
      done({ code: error === null ? 0 : Number(error.code), output, errors });
    });
  });
}
