import { readFileSync } from 'node:fs';

interface Locked {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
}

describe('package-lock.json', () => {
  it('A35 pins every package to a registry and to the hash of its content', () => {
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
      packages: Record<string, Locked & { inBundle?: boolean }>;
    };
    const loose = Object.entries(packages).filter(
      ([path, { integrity, resolved, inBundle }]) =>
        path !== '' && !inBundle && !(integrity?.startsWith('sha512-') && resolved?.startsWith('https://')),
    );
    expect(loose.map(([path]) => path)).toEqual([]);
  });
});
