import { Logger, type INestApplication } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { DrainService } from './common/drain/drain.service.js';
import { described } from './common/described.js';
import type { ProcessLog } from './common/process-log.js';
import { Settings } from './config/settings.js';

/** After the time for running chats, this remains for last events, rows and connections. */
const CLOSING_MS = 8_000;
/** Time for the process log to write its lines. */
const FLUSH_MS = 500;
/** Time for pending system calls to end. */
const QUIET_MS = 500;

/** The only way the service ends once it has listened. It ends within its deadline even if something hangs. */
export class Shutdown {
  private readonly logger = new Logger('Parley');
  private exitCode = 0;
  private begun = false;
  private deadline: NodeJS.Timeout | undefined;
  private onDeadline: () => void = () => undefined;

  constructor(
    private readonly app: INestApplication,
    private readonly processLog: ProcessLog,
  ) {}

  /** Lets the application finish, then ends the process with `exitCode`, or with 1 if something was left undone. */
  begin(exitCode: number): void {
    this.exitCode ||= exitCode;
    if (this.begun) return;
    this.begun = true;
    void this.run();
  }

  /** Interrupts running chats. */
  hurry(): void {
    this.app.get(DrainService).hurry();
    this.endIn(CLOSING_MS);
  }

  private async run(): Promise<void> {
    const overdue = new Promise<'overdue'>((resolve) => {
      this.onDeadline = () => {
        resolve('overdue');
      };
    });
    this.endIn(this.app.get(Settings).SHUTDOWN_TIMEOUT_MS + CLOSING_MS);
    const outcome = await Promise.race([this.close(), overdue]);
    if (outcome === 'overdue') {
      this.exitCode ||= 1;
      this.logger.error('Stopping took too long: exiting although something still hangs');
    }
    await this.processLog.end(FLUSH_MS);
    if (outcome === 'closed' && (await isQuiet())) process.exit(this.exitCode);
    leaveAtOnce(this.exitCode);
  }

  /** Closing the log sets `process.exitCode` if rows are lost. */
  private async close(): Promise<'closed'> {
    try {
      await this.app.close();
      this.logger.log('Stopped');
    } catch (error) {
      this.logger.error({ message: 'Stopping failed', error: described(error) });
      this.exitCode ||= 1;
    }
    this.exitCode ||= Number(process.exitCode ?? 0);
    return 'closed';
  }

  private endIn(ms: number): void {
    clearTimeout(this.deadline);
    this.deadline = setTimeout(this.onDeadline, ms);
  }
}

/** False if Node's threads are still in system calls, for which process.exit() would wait forever. */
async function isQuiet(): Promise<boolean> {
  for (let waited = 0; waited < QUIET_MS; waited += 10) {
    if (!process.getActiveResourcesInfo().some((name) => /^FSReq|^GetAddrInfo/.test(name))) return true;
    await sleep(10);
  }
  return false;
}

/** Ends the process by a signal, which waits for no thread: SIGTERM if all is well, as supervisors expect. */
function leaveAtOnce(exitCode: number): void {
  process.removeAllListeners('SIGTERM');
  process.kill(process.pid, exitCode === 0 ? 'SIGTERM' : 'SIGKILL');
}
