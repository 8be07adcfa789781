import { FileLock } from './file-lock.js';
import type { Notice } from './open-log.js';

/** The lock of one log, which covers all its files. */
export class LogOwnership {
  private lock: FileLock | undefined;
  private taking: Promise<void> | undefined;
  private takes = 0;

  /** @param path of the lock file */
  constructor(
    private readonly path: string,
    private readonly notice: Notice,
  ) {}

  /** Throws LogStartError with the owner's pid if another process owns the log. */
  async take(): Promise<void> {
    this.lock = await FileLock.acquire(this.path);
    this.takes++;
  }

  get isHeld(): boolean {
    return this.lock?.isHeld() ?? false;
  }

  /**
   * Takes a removed lock again.
   * @returns how often it was taken: when that increases, files must be checked as at a start, because another process
   * may have written to them
   */
  async ensure(): Promise<number> {
    if (!this.isHeld) {
      this.taking ??= this.retake().finally(() => (this.taking = undefined));
      await this.taking;
    }
    return this.takes;
  }

  /** Keeps the lock fresh; to be called every BEAT_MS whatever else is running. */
  async beat(): Promise<void> {
    await this.lock?.beat();
  }

  async release(): Promise<void> {
    const { lock } = this;
    this.lock = undefined;
    await lock?.release();
  }

  private async retake(): Promise<void> {
    await this.release();
    await this.take();
    this.notice(`${this.path} had been removed while this process owned the log; taken again`);
  }
}
