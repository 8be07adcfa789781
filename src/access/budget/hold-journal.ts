import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Nano } from '../../common/money.js';
import { windowsAt, type WindowId } from './budget-window.js';
import { entryOf, lineOf, type Entry, type OpenCall } from './journal-entry.js';

const FLAGS = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
/** About 5,000 calls; then finished entries are removed. */
const COMPACT_BYTES = 1024 * 1024;
/** How long a non-urgent entry waits to be written together with others. */
const GATHER_MS = 50;

/**
 * The running calls, on disk before their first byte goes upstream: after `kill -9` the next start knows which may
 * have been billed. One write(2), some 150 bytes per call, for all calls that begin in one turn of the event loop; ends
 * are written with the next begin, or 50 ms later. Only for the owner of the log's lock.
 */
export class HoldJournal {
  private fd: number;
  private gathered = '';
  /** Entries that calls wait for, and the promise of their write. */
  private awaited: Entry[] = [];
  private turn: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private size = 0;
  private compactAt = COMPACT_BYTES;
  private readonly calls = new Map<string, OpenCall>();
  /** The minimum that each key has spent: rows missing from the log must not count as zero. */
  private readonly sums = new Map<string, Map<WindowId, Nano>>();

  /** Throws if the file cannot be opened. A last line truncated by a crash is ignored. */
  constructor(private readonly path: string) {
    this.fd = openSync(path, FLAGS, 0o600);
    for (const line of readFileSync(this.fd, 'utf8').split('\n')) this.apply(entryOf(line));
    this.compact();
  }

  get open(): readonly OpenCall[] {
    return [...this.calls.values()];
  }

  /** A copy of the minimum that each key has spent, by window. */
  get spent(): Map<string, ReadonlyMap<WindowId, Nano>> {
    return new Map([...this.sums].map(([key, windows]) => [key, new Map(windows)]));
  }

  /** The log has a higher sum than the journal. */
  add(key: string, window: WindowId, amount: Nano): void {
    this.gather({ spent: key, window, amount });
  }

  /** Rejects if it cannot be written: then the call must not be made. */
  begin(call: OpenCall): Promise<void> {
    return this.written({ open: call });
  }

  /** Rejects if it cannot be written: then the attempt must not be made. */
  raise(id: string, amount: Nano): Promise<void> {
    return this.written({ raise: id, amount });
  }

  generation(id: string, generation: string): void {
    this.gather({ generation, of: id });
  }

  /** The call has its row. With `owed`, its bill is still pending. */
  end(id: string, cost: Nano, owed: boolean): void {
    this.gather({ end: id, cost, owed });
  }

  /** The bill of an owed call has arrived, or is no longer awaited. */
  billed(id: string, cost: Nano): void {
    this.gather({ billed: id, cost });
  }

  close(): void {
    clearTimeout(this.timer);
    this.flush();
    closeSync(this.fd);
  }

  private written(entry: Entry): Promise<void> {
    this.awaited.push(entry);
    return (this.turn ??= nextTurn().then(() => {
      this.write();
    }));
  }

  private write(): void {
    const entries = this.awaited;
    this.awaited = [];
    this.turn = undefined;
    this.append(this.gathered + entries.map(lineOf).join(''));
    for (const entry of entries) this.apply(entry);
    if (this.size > this.compactAt) this.compact();
  }

  /** Writes all or nothing, including the entries gathered so far. */
  private append(text: string): void {
    const bytes = Buffer.from(text);
    const written = writeSync(this.fd, bytes);
    if (written < bytes.length) {
      ftruncateSync(this.fd, fstatSync(this.fd).size - written);
      throw Object.assign(new Error('the disk took only a part of it'), { code: 'ENOSPC' });
    }
    this.gathered = '';
    this.size += bytes.length;
  }

  private gather(entry: Entry): void {
    this.apply(entry);
    this.gathered += lineOf(entry);
    this.timer ??= setTimeout(() => {
      this.flush();
    }, GATHER_MS).unref();
  }

  /** Entries that cannot be written now are written with the next ones; after a crash the log's rows replace them. */
  private flush(): void {
    this.timer = undefined;
    if (this.gathered === '') return;
    try {
      this.append(this.gathered);
    } catch {
      // It is written with the next one.
    }
  }

  private apply(entry: Entry | undefined): void {
    if (!entry) return;
    if ('open' in entry) this.calls.set(entry.open.id, entry.open);
    else if ('raise' in entry) this.change(entry.raise, { amount: entry.amount });
    else if ('generation' in entry) this.change(entry.of, { generation: entry.generation });
    else if ('spent' in entry) this.sum(entry.spent, entry.window, entry.amount);
    else this.book(entry);
  }

  private change(id: string, changes: Partial<OpenCall>): void {
    const call = this.calls.get(id);
    if (call) this.calls.set(id, { ...call, ...changes });
  }

  private book(entry: Extract<Entry, { cost: Nano }>): void {
    const id = 'end' in entry ? entry.end : entry.billed;
    const call = this.calls.get(id);
    if (!call) return;
    const change = entry.cost - (call.owed ? call.amount : 0);
    for (const window of windowsAt(call.beganAt)) this.sum(call.key, window, change);
    if ('end' in entry && entry.owed) this.calls.set(id, { ...call, amount: entry.cost, owed: true });
    else this.calls.delete(id);
  }

  private sum(key: string, window: WindowId, amount: Nano): void {
    const windows = this.sums.get(key) ?? new Map<WindowId, Nano>();
    this.sums.set(key, windows.set(window, (windows.get(window) ?? 0) + amount));
  }

  /** Writes the entries that are still needed to a new file and replaces the journal with it. */
  private compact(): void {
    const draft = `${this.path}.new`;
    const fd = openSync(draft, FLAGS | constants.O_TRUNC, 0o600);
    const text = this.entries().map(lineOf).join('');
    writeFileSync(fd, text);
    fsyncSync(fd);
    renameSync(draft, this.path);
    closeSync(this.fd);
    this.fd = fd;
    this.size = Buffer.byteLength(text);
    this.compactAt = Math.max(COMPACT_BYTES, 2 * this.size);
  }

  private entries(): Entry[] {
    const current = new Set(windowsAt(Date.now()));
    const sums = [...this.sums].flatMap(([key, windows]) =>
      [...windows].map(([window, amount]) => ({ spent: key, window, amount })),
    );
    // If the clock is set back by a day, yesterday's sum is read from the log.
    return [
      ...sums.filter(({ window }) => current.has(window)),
      ...[...this.calls.values()].flatMap((open): Entry[] => [{ open }]),
    ];
  }
}
