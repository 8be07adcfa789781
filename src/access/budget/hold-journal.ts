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
/** Some 5,000 calls; what is over is left out then. */
const COMPACT_BYTES = 1024 * 1024;
/** How long an entry waits for others that nothing depends on at once. */
const GATHER_MS = 50;

/**
 * The calls under way, on disk before their first byte goes upstream: after `kill -9` the next start knows who may have
 * been billed. One write(2) of some 150 bytes a call for all calls that begin in one turn of the event loop; their ends
 * ride along with the next begin, or come 50 ms later. Only for the owner of the log's lock.
 */
export class HoldJournal {
  private fd: number;
  private gathered = '';
  /** Entries that calls wait for, and when they are written. */
  private awaited: Entry[] = [];
  private turn: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private size = 0;
  private compactAt = COMPACT_BYTES;
  private readonly calls = new Map<string, OpenCall>();
  /** What each key has spent at least: rows that are missing from the log must not count as nothing. */
  private readonly sums = new Map<string, Map<WindowId, Nano>>();

  /** Throws if the file cannot be opened. What a crash has cut off its end is left out. */
  constructor(private readonly path: string) {
    this.fd = openSync(path, FLAGS, 0o600);
    for (const line of readFileSync(this.fd, 'utf8').split('\n')) this.apply(entryOf(line));
    this.compact();
  }

  get open(): readonly OpenCall[] {
    return [...this.calls.values()];
  }

  /** What each key has spent at least, by window. A copy. */
  get spent(): Map<string, ReadonlyMap<WindowId, Nano>> {
    return new Map([...this.sums].map(([key, windows]) => [key, new Map(windows)]));
  }

  /** The log told of more than the journal. */
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

  /** The call has its row. With `owed` its bill is still to come. */
  end(id: string, cost: Nano, owed: boolean): void {
    this.gather({ end: id, cost, owed });
  }

  /** The bill of an owed call has come, or nobody waits for it any more. */
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

  /** All of it or nothing; what had been gathered is part of it. */
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

  /** What cannot be written now goes with what is next; a crash before finds the rows of the log in its place. */
  private flush(): void {
    this.timer = undefined;
    if (this.gathered === '') return;
    try {
      this.append(this.gathered);
    } catch {
      // It goes with the next one.
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

  /** Writes what still matters into a file of its own and puts that in place. */
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
    // A clock that is set back by a day finds yesterday's sum in the log.
    return [
      ...sums.filter(({ window }) => current.has(window)),
      ...[...this.calls.values()].flatMap((open): Entry[] => [{ open }]),
    ];
  }
}
