import { Progress } from './progress.js';
import type { ReplayEntry } from './replay-journal.js';

describe('the progress of a replay', () => {
  const failed = (): ReplayEntry => ({
    source: { id: 'A' } as ReplayEntry['source'],
    outcome: { failure: { code: 'upstream_timeout', detail: '' } },
  });

  function shown(isTTY: boolean): string {
    let text = '';
    const entries = [failed(), failed()];
    const progress = new Progress({ isTTY, write: (piece) => (text += piece) }, entries);
    for (const entry of entries) {
      progress.settled(entry);
      progress.say('Waiting.');
    }
    progress.end();
    return text;
  }

  it('stays on one line of a terminal, and is cleared for messages', () => {
    const bar = '█'.repeat(12) + '░'.repeat(12);
    const [first, second, last] = shown(true).split('\n');
    expect(first).toMatch(
      new RegExp(`^\\r\u001b\\[K${bar} 1/2 {2}\\$0 {2}1 failed {2}about .* left\\r\u001b\\[KWaiting\\.$`),
    );
    expect(second).toBe(`\r\u001b[K${'█'.repeat(24)} 2/2  $0  2 failed\r\u001b[KWaiting.`);
    expect(last).toBe('');
  });

  it('is a line for each prompt outside a terminal', () => {
    expect(shown(false)).toBe(
      '1/2  A  failed: upstream_timeout\nWaiting.\n2/2  A  failed: upstream_timeout\nWaiting.\n',
    );
  });
});
