import { lstatSync, unlinkSync } from 'node:fs';
import { LogFile, type LogFileOptions } from '../csv/log-file.js';
import { setAside } from '../csv/open-log.js';

/** A file of this size is closed and another begun, so that what was shipped can be removed under steady load. */
const SEGMENT_BYTES = 16 * 1024 * 1024;

/** The file that a spill is written to. What is confirmed of it may be read while more is written. */
export class SpillFile extends LogFile {
  /** Up to where its rows are whole and will not change. */
  confirmed = 0;

  constructor(
    options: LogFileOptions,
    /** Told of the size of each file that is full, and renamed. */
    private readonly onClosed: (bytes: number) => void,
  ) {
    super(options);
  }

  override async open(): Promise<void> {
    await super.open();
    this.confirmed = sizeOf(this.path);
  }

  override async write(rows: Buffer): Promise<void> {
    if (this.confirmed >= SEGMENT_BYTES && sizeOf(this.path) >= SEGMENT_BYTES) {
      await this.close();
      await setAside(this.path);
      this.onClosed(this.confirmed);
      this.confirmed = 0;
    }
    await super.write(rows);
    this.confirmed = sizeOf(this.path);
  }

  /** Only while nothing is being written. The next row begins a new file. */
  remove(): void {
    this.confirmed = 0;
    unlinkSync(this.path);
    void this.close();
  }
}

/** 0 where there is none. */
export const sizeOf = (path: string): number => lstatSync(path, { throwIfNoEntry: false })?.size ?? 0;
