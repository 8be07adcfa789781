import { readFileSync } from 'node:fs';

interface Locked {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
}

describe('package-lock.json', () => {
  it('A35 pins every package to the hash of its content, none to a branch or plain http', () => {
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
      packages: Record<string, Locked & { inBundle?: boolean }>;
    };
    const loose = Object.entries(packages).filter(
      ([path, { integrity, resolved, inBundle }]) =>
        path !== '' &&
        !inBundle &&
        !(integrity?.startsWith('sha512-') && (resolved ?? 'https://').startsWith('https://')),
    );
    expect(loose.map(([path]) => path)).toEqual([]);
  });
});
