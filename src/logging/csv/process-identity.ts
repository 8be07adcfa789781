import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Identifies a process, even if a later one gets the same pid. Fields that the system does not report are empty. */
export interface ProcessIdentity {
  pid: number;
  host: string;
  /** Changes with each boot of the machine. */
  boot: string;
  /** The pid namespace: containers on one machine each have a pid 1. */
  pidSpace: string;
  /** When the process started, in the kernel's ticks since boot. */
  started: string;
}

export type Liveness = 'alive' | 'dead' | 'out of sight';

export function ownIdentity(): ProcessIdentity {
  return {
    pid: process.pid,
    host: hostname(),
    boot: orEmpty(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    pidSpace: orEmpty(() => readlinkSync('/proc/self/ns/pid')),
    started: procStat(process.pid)?.started ?? '',
  };
}

/**
 * Is that process still running? `out of sight` if it belongs to another machine, container or boot: the same host name
 * proves nothing, because containers may share one.
 */
export function livenessOf(other: ProcessIdentity, own = ownIdentity()): Liveness {
  const sameSpace = (['host', 'boot', 'pidSpace'] as const).every((field) => other[field] === own[field]);
  if (!sameSpace) return 'out of sight';
  if (!pidExists(other.pid)) return 'dead';
  const stat = procStat(other.pid);
  // Without /proc (or if it hides other users) a process with that pid must count as the owner.
  if (!stat) return 'alive';
  return stat.started === other.started && !stat.zombie ? 'alive' : 'dead';
}

function pidExists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function procStat(pid: number): { started: string; zombie: boolean } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name in parentheses, which may contain spaces and parentheses.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { zombie: fields[0] === 'Z' || fields[0] === 'X', started: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

function orEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
