import { batch, signal } from '@preact/signals';
import { getJson } from '../api/client.ts';
import { asFailure, type Failure } from '../api/failure.ts';
import type { LogPage, LogRecord } from '../api/types.ts';
import { withParameters } from './log-filter.ts';

const PAGE_ROWS = 100;
/** Of a text that the list keeps; the whole is read when a row is opened. */
const SNIPPET_CHARS = 240;

/** The rows of one filter that were read so far, newest first. */
export class LogRows {
  readonly rows = signal<readonly LogRecord[]>([]);
  /** How many rows came on top since the first page. */
  readonly arrived = signal(0);
  readonly isReading = signal(true);
  readonly isWhole = signal(false);
  readonly failure = signal<Failure | undefined>(undefined);
  private cursor: string | null = null;
  private readonly ids = new Set<string>();
  private readonly leaving = new AbortController();

  /** @param filter a query string, `?…` or '' */
  constructor(readonly filter: string) {
    void this.readMore();
  }

  /** The next page of older rows. */
  async readMore(): Promise<void> {
    this.isReading.value = true;
    this.failure.value = undefined;
    try {
      const page = await this.read(this.cursor ?? undefined);
      batch(() => {
        this.rows.value = [...this.rows.value, ...this.unknown(page.data)];
        this.cursor = page.next_cursor;
        this.isWhole.value = page.next_cursor === null;
      });
    } catch (error) {
      if (!this.leaving.signal.aborted) this.failure.value = asFailure(error);
    }
    this.isReading.value = false;
  }

  /** Reads the first page again: what came while nobody told of it. */
  async catchUp(): Promise<void> {
    try {
      this.add((await this.read()).data);
    } catch {
      // The next connection tries again.
    }
  }

  add(records: readonly LogRecord[]): void {
    const fresh = this.unknown(records);
    if (fresh.length === 0) return;
    batch(() => {
      this.rows.value = [...fresh, ...this.rows.value];
      this.arrived.value += fresh.length;
    });
  }

  leave(): void {
    this.leaving.abort();
  }

  private read(cursor?: string): Promise<LogPage> {
    return getJson(`logs${withParameters(this.filter, { limit: PAGE_ROWS, cursor })}`, this.leaving.signal);
  }

  private unknown(records: readonly LogRecord[]): LogRecord[] {
    const fresh = records.filter(({ id }) => id === null || !this.ids.has(id));
    for (const { id } of fresh) if (id !== null) this.ids.add(id);
    return fresh.map(snippet);
  }
}

/** Ten thousand rows must not hold ten thousand answers. Rows of an older log have no id to be read again by. */
function snippet(record: LogRecord): LogRecord {
  if (record.id === null) return record;
  return {
    ...record,
    prompt: record.prompt.slice(0, SNIPPET_CHARS),
    response: record.response.slice(0, SNIPPET_CHARS),
    messages: null,
  };
}
