import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize, relative } from 'node:path';

const SRC = join(__dirname, '../src');
const DOCS = join(__dirname, '../docs');
/** Where to ask whether one thing has become two. */
const MAX_LINES = 220;

/** What each room may import, besides itself. Everything else is a way up, or across. */
const ALLOWED: Record<string, readonly string[]> = {
  common: ['config'],
  config: [],
  models: ['config', 'common'],
  logging: ['config', 'common'],
  access: ['models', 'logging', 'config', 'common'],
  chat: ['access', 'tracing', 'models', 'logging', 'config', 'common'],
  openai: ['chat', 'access', 'models', 'logging', 'config', 'common'],
  anthropic: ['chat', 'models', 'logging', 'config', 'common'],
  health: ['models', 'logging', 'config', 'common'],
  metrics: ['models', 'logging', 'config', 'common'],
  tracing: ['metrics', 'models', 'logging', 'config', 'common'],
  'page-host': ['config', 'common'],
  // A program over the whole service, which it starts where none runs.
  replay: ['', 'access', 'models', 'logging', 'config', 'common'],
  page: [],
  emulator: [],
};

/** Programs of their own: nobody imports them, and their words may be those of the service. */
const PROGRAMS: readonly string[] = ['page', 'emulator'];

/**
 * Most lines of a room, specs apart: they may shrink and not grow. Where a room is still larger than what the plan gives
 * it, the plan's number stands behind it.
 */
const BUDGETS: Record<string, number> = {
  '': 500,
  common: 2_180, // 1,650
  config: 500,
  models: 4_230, // 2,250
  logging: 8_570, // 3,600
  access: 4_150, // 1,500 for one process
  chat: 1_240,
  openai: 3_620,
  health: 180,
  metrics: 550,
  tracing: 540,
  anthropic: 1_110,
  'page-host': 200,
  replay: 1_630,
  page: 4_880, // 3,000
  emulator: 2_500, // 1,500
};

interface SourceFile {
  readonly path: string;
  readonly room: string;
  readonly text: string;
  readonly imports: readonly string[];
}

function sourceFile(path: string): SourceFile {
  const text = readFileSync(join(SRC, path), 'utf8');
  const specifiers = [...text.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(
    ([, specifier = '']) => specifier,
  );
  const imports = specifiers
    .map((specifier) => normalize(relative(SRC, join(SRC, dirname(path), specifier))).replace(/\.js$/, '.ts'))
    .filter((target) => /\.tsx?$/.test(target));
  return { path, room: roomOf(path), text, imports };
}

function roomOf(path: string): string {
  return path.includes('/') ? (path.split('/')[0] ?? '') : '';
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'))
  .map(sourceFile);
const production = files.filter(({ path }) => !path.endsWith('.spec.ts'));

describe('the house', () => {
  it('has files to look at', () => {
    expect(production.length).toBeGreaterThan(50);
  });

  it('imports only downwards', () => {
    const wrong = production
      .filter(({ room }) => room !== '')
      .flatMap(({ path, room, imports }) =>
        imports
          .map((target) => ({ path, room, target, targetRoom: roomOf(target) }))
          .filter(({ targetRoom }) => targetRoom !== room && !ALLOWED[room]?.includes(targetRoom)),
      );
    expect(wrong).toEqual([]);
  });

  it('has every room in the plan', () => {
    const rooms = new Set(production.map(({ room }) => room).filter((room) => room !== ''));
    expect([...rooms].sort()).toEqual(Object.keys(ALLOWED).sort());
  });

  it('has no cycles: they die at load in ES modules', () => {
    const graph = new Map(production.map(({ path, text, imports }) => [path, runtimeImports(text, imports)]));
    const done = new Set<string>();
    const visit = (path: string, trail: readonly string[]): void => {
      if (trail.includes(path))
        throw new Error(`cycle: ${[...trail.slice(trail.indexOf(path)), path].join(' → ')}`);
      if (done.has(path)) return;
      for (const target of graph.get(path) ?? []) visit(target, [...trail, path]);
      done.add(path);
    };
    for (const path of graph.keys()) visit(path, []);
    expect(done.size).toBe(production.length);
  });

  it('knows axios and undici in one folder, pg in another, csv-writer in one file, DuckDB in one room', () => {
    const knowing = (name: string): string[] =>
      production
        .filter(({ text }) => text.includes(`'${name}'`) || text.includes(`'${name}/`))
        .map(({ path }) => path)
        .sort();
    const outside = [...knowing('axios'), ...knowing('@nestjs/axios'), ...knowing('undici')].filter(
      (path) => !/^models\/(upstream|openrouter|providers)\//.test(path),
    );
    expect(outside).toEqual([]);
    expect(knowing('pg').filter((path) => !path.startsWith('logging/postgres/'))).toEqual([]);
    expect(knowing('csv-writer')).toEqual(['logging/csv/csv-format.ts']);
    expect(knowing('@duckdb/node-api').every((path) => path.startsWith('logging/'))).toBe(true);
  });

  it('has no barrels, no forwardRef, and no rooms for anything', () => {
    expect(files.filter(({ path }) => /(^|\/)index\.ts$/.test(path))).toEqual([]);
    expect(production.filter(({ text }) => text.includes('forwardRef')).map(({ path }) => path)).toEqual([]);
    expect(
      files.filter(({ path }) => /utils|helpers|\.impl\.|manager/i.test(path)).map(({ path }) => path),
    ).toEqual([]);
  });

  it.each(Object.entries(BUDGETS))('keeps the room "%s" within %i lines', (room, budget) => {
    const lines = production.filter((file) => file.room === room).map(({ text }) => lineCount(text));
    expect(lines.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(budget);
  });

  it('has a budget for every room', () => {
    expect(Object.keys(BUDGETS).sort()).toEqual(['', ...Object.keys(ALLOWED)].sort());
  });

  it('gives no two things one name', () => {
    const exported = production
      .filter(({ room }) => !PROGRAMS.includes(room))
      .flatMap(({ path, text }) =>
        [
          ...text.matchAll(
            /^export (?:default )?(?:abstract |async )*(?:class|function\*?|const|interface|type|enum) (\w+)/gm,
          ),
        ].map(([, name = '']) => [name, path] as const),
      );
    const places = new Map<string, Set<string>>();
    for (const [name, path] of exported) places.set(name, (places.get(name) ?? new Set()).add(path));
    expect([...places].filter(([, paths]) => paths.size > 1)).toEqual([]);
  });

  it('cites only documents that are in the tree', () => {
    const documents = new Set(
      ['README.md', ...readdirSync(DOCS, { recursive: true, encoding: 'utf8' })].map((path) =>
        basename(path),
      ),
    );
    const cited = files.flatMap(({ path, text }) =>
      [...text.matchAll(/\b[\w-]+\.md\b/g)].map(([name]) => ({ path, name })),
    );
    expect(cited.filter(({ name }) => !documents.has(name))).toEqual([]);
  });

  it('keeps its largest file small', () => {
    const large = production
      .map(({ path, text }) => ({ path, lines: lineCount(text) }))
      .filter(({ lines }) => lines > MAX_LINES);
    expect(large).toEqual([]);
  });
});

function lineCount(text: string): number {
  return text.split('\n').length - 1;
}

/** Imports that remain when types are gone. */
function runtimeImports(text: string, imports: readonly string[]): string[] {
  const typeOnly = new Set(
    [...text.matchAll(/import type [^;]*?from '(\.[^']+)'/gs)].map(([, specifier = '']) =>
      specifier.split('/').at(-1),
    ),
  );
  return imports.filter((target) => !typeOnly.has(target.split('/').at(-1)?.replace(/\.ts$/, '.js')));
}
