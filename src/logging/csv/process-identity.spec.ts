import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { livenessOf, ownIdentity } from './process-identity.js';

describe('livenessOf', () => {
  const own = ownIdentity();

  it('this process lives', () => {
    expect(livenessOf(own)).toBe('alive');
  });

  it('a pid that was given to a later process is dead', () => {
    expect(livenessOf({ ...own, started: '1' })).toBe('dead');
  });

  it('a process that ended is dead', async () => {
    const child = spawn('true');
    await once(child, 'close');
    expect(livenessOf({ ...own, pid: child.pid! })).toBe('dead');
  });

  it.each(['host', 'boot', 'pidSpace'] as const)('another %s cannot be judged from here', (field) => {
    expect(livenessOf({ ...own, [field]: 'other' })).toBe('out of sight');
  });
});
