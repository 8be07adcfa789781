import { Logger, type INestApplication } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { DrainService } from './common/drain/drain.service.js';
import { described } from './common/described.js';
import type { ProcessLog } from './common/process-log.js';
import { Settings } from './config/settings.js';

/** What running chats leave undone when their time is over gets this long: farewells, rows, connections. */
const CLOSING_MS = 8_000;
/** How long the lines of the process log get to leave. */
const FLUSH_MS = 500;
/** How long system calls that were begun get to end. */
const QUIET_MS = 500;

/** The one way in which the service ends once it has listened. Whatever hangs, it ends within its deadline. */
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

  /** Interrupts what is under way. */
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
      this.logger.error('Stopping took too long: leaving without what still hangs');
    }
    await this.processLog.end(FLUSH_MS);
    if (outcome === 'closed' && (await isQuiet())) process.exit(this.exitCode);
    leaveAtOnce(this.exitCode);
  }

  /** The log is closed by this, which sets `process.exitCode` if rows are lost. */
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

/** False if threads of Node are still in system calls, which process.exit() would wait for without end. */
async function isQuiet(): Promise<boolean> {
  for (let waited = 0; waited < QUIET_MS; waited += 10) {
    if (!process.getActiveResourcesInfo().some((name) => /^FSReq|^GetAddrInfo/.test(name))) return true;
    await sleep(10);
  }
  return false;
}

/** Dies of a signal, which needs no thread to come to an end: SIGTERM where all is well, as supervisors expect. */
function leaveAtOnce(exitCode: number): void {
  process.removeAllListeners('SIGTERM');
  process.kill(process.pid, exitCode === 0 ? 'SIGTERM' : 'SIGKILL');
}
