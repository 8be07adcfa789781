import { Injectable } from '@nestjs/common';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';

const compress = promisify(gzip);

/** The page's build output in `dist`; the same relative path from `src` and `dist`. */
const FOLDER = fileURLToPath(new URL('../../dist/page/', import.meta.url));

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface PageFile {
  readonly type: string;
  readonly plain: Buffer;
  readonly gzipped: Buffer;
}

/** Vite's output, kept in memory: under 100 KB as sent. Read on the first request. */
@Injectable()
export class PageFiles {
  private files: Promise<ReadonlyMap<string, PageFile>> | undefined;

  /** @param name relative to the page, e.g. `assets/index-B48hEn8Q.js`; undefined if there is no such file */
  async get(name: string): Promise<PageFile | undefined> {
    return (await (this.files ??= readPage())).get(name);
  }
}

/** Empty if the page was not built: the service runs without it. */
async function readPage(): Promise<ReadonlyMap<string, PageFile>> {
  const names = await readdir(FOLDER, { recursive: true }).catch(() => []);
  const known = names.filter((name) => extname(name) in TYPES);
  return new Map(
    await Promise.all(
      known.map(async (name): Promise<[string, PageFile]> => {
        const plain = await readFile(join(FOLDER, name));
        const gzipped = await compress(plain, { level: constants.Z_BEST_COMPRESSION });
        return [name.replaceAll('\\', '/'), { type: TYPES[extname(name)] ?? '', plain, gzipped }];
      }),
    ),
  );
}
