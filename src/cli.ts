#!/usr/bin/env -S node --max-semi-space-size=32
import { readFileSync } from 'node:fs';

/** `npx parley NAME …` is `npm run NAME -- …` of an installed package, for scripts that start a program. */
const ROOT = new URL('../', import.meta.url);
const PROGRAM = /exec node (?:--\S+ )*(dist\/\S+\.js)$/;

function programs(): ReadonlyMap<string, string> {
  const text = readFileSync(new URL('package.json', ROOT), 'utf8');
  const { scripts } = JSON.parse(text) as { scripts: Record<string, string> };
  const found = Object.entries(scripts).flatMap(([name, script]): [string, string][] => {
    const [, path] = PROGRAM.exec(script) ?? [];
    return path === undefined ? [] : [[name === 'start' ? 'serve' : name, path]];
  });
  return new Map(found);
}

function usage(names: Iterable<string>): string {
  return `Usage: parley COMMAND [--help]\nCommands: ${[...names].join(', ')}\n`;
}

const known = programs();
const [name = '--help', ...rest] = process.argv.slice(2);
const path = known.get(name);
if (path !== undefined) {
  const program = new URL(path, ROOT);
  // As if the program had been started itself.
  process.argv.splice(1, process.argv.length, program.pathname, ...rest);
  await import(program.href);
} else if (name === '--help' || name === '-h') {
  process.stdout.write(usage(known.keys()));
} else {
  process.stderr.write(`There is no command ${name}.\n\n${usage(known.keys())}`);
  process.exitCode = 2;
}
