import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Tells one process from every other, also from a later one that was given the same pid. Empty where the system does not say. */
export interface ProcessIdentity {
  pid: number;
  host: string;
  /** Changes with every start of the machine. */
  boot: string;
  /** The space in which the pid is meant: containers on one machine each have a pid 1. */
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
 * Does that process still run? `out of sight` if it belongs to another machine, container or start of the machine: the
 * same host name proves nothing, since containers may share one.
 */
export function livenessOf(other: ProcessIdentity, own = ownIdentity()): Liveness {
  const sameSpace = (['host', 'boot', 'pidSpace'] as const).every((field) => other[field] === own[field]);
  if (!sameSpace) return 'out of sight';
  if (!pidExists(other.pid)) return 'dead';
  const stat = procStat(other.pid);
  // Without /proc (or with other users hidden in it) a process with that pid has to be taken for the owner.
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
    // The second field is the program's name in parentheses and may hold spaces and parentheses itself.
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
