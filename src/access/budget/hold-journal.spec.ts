import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { windowAt } from './budget-window.js';
import { HoldJournal } from './hold-journal.js';
import type { OpenCall } from './journal-entry.js';

const NOW = Date.now();

const call = (id: string, amount = 100): OpenCall => ({
  id,
  key: 'alice',
  beganAt: NOW,
  model: 'mistral',
  amount,
});

describe('the journal of holds', () => {
  let folder: string;
  let path: string;
  const open: HoldJournal[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-holds-'));
    path = join(folder, 'chat_logs.holds');
  });
  afterEach(() => {
    for (const journal of open.splice(0)) journal.close();
    rmSync(folder, { recursive: true });
  });

  const start = (): HoldJournal => {
    const journal = new HoldJournal(path);
    open.push(journal);
    return journal;
  };
  const spentToday = (journal: HoldJournal): number | undefined =>
    journal.spent.get('alice')?.get(windowAt('day', NOW));

  it('B2 tells the next start of every call that had begun, though nobody closed it', async () => {
    const journal = start();
    await journal.begin(call('a'));
    await journal.begin(call('b'));
    await journal.raise('b', 250);
    journal.generation('a', 'gen-1');
    await journal.begin(call('c'));
    const next = start();
    expect(next.open).toEqual([{ ...call('a'), generation: 'gen-1' }, call('b', 250), call('c')]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('knows who still owes, and what was spent at least', async () => {
    const journal = start();
    for (const id of ['a', 'b', 'c']) await journal.begin(call(id));
    journal.end('a', 30, false);
    journal.end('b', 100, true);
    journal.end('c', 100, true);
    journal.billed('c', 7);
    journal.add('alice', windowAt('day', NOW), 5);
    expect(spentToday(journal)).toBe(30 + 100 + 7 + 5);
    journal.close();
    open.length = 0;
    const next = start();
    expect(next.open).toEqual([{ ...call('b'), owed: true }]);
    expect(spentToday(next)).toBe(142);
    next.billed('b', 60);
    expect(spentToday(next)).toBe(102);
    expect(spentToday(start())).toBe(142);
  });

  it('B2 loses no whole line, wherever a crash has cut it', async () => {
    const journal = start();
    await journal.begin(call('a'));
    const whole = readFileSync(path).length;
    await journal.begin(call('b'));
    const bytes = readFileSync(path);
    for (let cut = whole; cut <= bytes.length; cut++) {
      writeFileSync(path, bytes.subarray(0, cut));
      const ids = start().open.map(({ id }) => id);
      expect(ids).toEqual(cut >= bytes.length - 1 ? ['a', 'b'] : ['a']);
    }
  });

  it('leaves out what is over before it becomes large', async () => {
    const journal = start();
    await journal.begin(call('stays'));
    for (let i = 0; i < 20_000; i++) {
      await journal.begin(call(`call-${i}`, 1));
      journal.end(`call-${i}`, 1, false);
    }
    expect(statSync(path).size).toBeLessThan(1_200_000);
    await journal.begin(call('last'));
    const next = start();
    expect(next.open).toEqual([call('stays'), call('last')]);
    expect(spentToday(next)).toBe(20_000);
  });

  it('is no link', () => {
    writeFileSync(join(folder, 'elsewhere'), '');
    symlinkSync(join(folder, 'elsewhere'), path);
    expect(start).toThrow('ELOOP');
  });

  it('takes no call that cannot be written', async () => {
    const journal = new HoldJournal(path);
    journal.close();
    await expect(journal.begin(call('a'))).rejects.toThrow('EBADF');
    await expect(journal.begin(call('b'))).rejects.toThrow('EBADF');
    expect(journal.open).toEqual([]);
  });
});
