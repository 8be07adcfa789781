import { BatchWriter, type BatchSink } from './batch-writer.js';
import { Outage } from './outage.js';

/** A disk in memory that fails on request. */
class MemorySink implements BatchSink<string> {
  readonly batches: string[] = [];
  failure: Error | undefined;
  checks = 0;

  async write(rows: readonly string[]): Promise<void> {
    await Promise.resolve();
    if (this.failure) throw this.failure;
    this.batches.push(rows.join(''));
  }

  async check(): Promise<void> {
    await Promise.resolve();
    this.checks++;
    if (this.failure) throw this.failure;
  }
}

describe('BatchWriter', () => {
  let sink: MemorySink;
  let lines: string[];
  let outage: Outage;
  let writer: BatchWriter<string>;
  let told: string;

  beforeEach(() => {
    sink = new MemorySink();
    lines = [];
    const keep = (line: string) => lines.push(line);
    outage = new Outage({ error: keep, log: keep }, 'The chat log', 'new chats are refused with 503');
    told = '';
    writer = new BatchWriter(
      sink,
      outage,
      (item) => item.length,
      (item) => (told += item),
    );
  });

  afterEach(() => writer.stop(0));

  const append = (text: string) => writer.append(text);

  it('writes rows that arrive together in one write', async () => {
    expect(await Promise.all(['a', 'b', 'c'].map(append))).toEqual(['written', 'written', 'written']);
    expect(sink.batches).toEqual(['abc']);
  });

  it('writes a row that arrives while another is being acknowledged', async () => {
    for (let n = 0; n < 100; n++) expect(await append('x')).toBe('written');
    expect(sink.batches).toHaveLength(100);
  });

  it('keeps rows in order over a failure, and reports one episode', async () => {
    sink.failure = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    expect(await Promise.all([append('a'), append('b')])).toEqual(['pending', 'pending']);
    expect(await append('c')).toBe('pending');
    expect(outage.reason).toBe('ENOSPC: no space left on device');
    await writer.flush();
    expect(writer.pendingItems).toBe(3);
    sink.failure = undefined;
    await writer.flush();
    expect(await append('d')).toBe('written');
    expect(sink.batches.join('')).toBe('abcd');
    expect(writer.pendingBytes).toBe(0);
    expect(lines).toEqual([
      expect.stringContaining('cannot take rows'),
      expect.stringContaining('3 rows were kept and written'),
    ]);
  });

  it('recovers from a failure that left no rows', async () => {
    sink.failure = new Error('gone');
    writer.probe();
    await writer.flush();
    expect(outage.reason).toBe('gone');
    sink.failure = undefined;
    await writer.flush();
    expect(outage.reason).toBeUndefined();
    expect(sink.batches).toEqual([]);
  });

  it('leaves no caller waiting when it stops with rows that it cannot write', async () => {
    sink.failure = new Error('gone');
    const before = append('a');
    await writer.stop(10);
    expect(await before).toBe('pending');
    expect(await append('b')).toBe('pending');
    expect(writer.pendingItems).toBe(2);
  });

  it('limits a batch, but writes a larger row alone', async () => {
    const large = 'x'.repeat(9 * 1024 * 1024);
    await Promise.all([append('a'), append(large), append('b')]);
    expect(sink.batches.map(({ length }) => length)).toEqual([1, large.length, 1]);
  });
});
