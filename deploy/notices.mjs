// Writes dist/THIRD_PARTY_NOTICES.txt: name, version, licence and licence text of every package that the service needs.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));

const notices = Object.entries(lock.packages)
  .filter(([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional)
  .map(([path]) => join(root, path))
  // Binaries for other platforms are in the lock file and not in the folder.
  .filter((folder) => existsSync(join(folder, 'package.json')))
  .map(notice)
  .sort();
writeFileSync(join(root, 'dist/THIRD_PARTY_NOTICES.txt'), notices.join(`\n${'-'.repeat(80)}\n\n`));

function notice(folder) {
  const { name, version, license, licenses } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const words = typeof license === 'string' ? license : JSON.stringify(license ?? licenses ?? 'not stated');
  const texts = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|notice|copying)([.-].*)?$/i.test(file) && !file.endsWith('.js'))
    .map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return [`${name} ${version} (${words})`, ...texts].join('\n\n') + '\n';
}
