import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';

/** What tells one process from every other, also after a reboot and from within another container. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When the process began, as the system writes it: process numbers are used again, this pair is not. */
  readonly birth: string;
  /** Where process numbers mean the same: this boot of the machine and this container. */
  readonly place: string;
  readonly host: string;
}

export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, birth: birthOf(process.pid) ?? '', place: currentPlace(), host: os.hostname() };
}

/** Whether that process runs; undefined when its number means nothing here. */
export function isAlive({ pid, birth, place }: ProcessIdentity): boolean | undefined {
  return place === currentPlace() ? birthOf(pid) === birth : undefined;
}

/** Whether a process has this number here and now, whichever it is. */
export const isRunning = (pid: number): boolean => birthOf(pid) !== undefined;

function birthOf(pid: number): string | undefined {
  return process.platform === 'linux' ? linuxBirthOf(pid) : otherBirthOf(pid);
}

/** Ticks since boot. A process that was killed but not yet collected by its parent (Z) does nothing any more. */
function linuxBirthOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands in parentheses and may hold anything, so the fields are counted from its end: state is the 3rd, start the 22nd.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function otherBirthOf(pid: number): string | undefined {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      timeout: 5_000,
      env: { ...process.env, LC_ALL: 'C' },
    }).trim();
  } catch {
    return undefined;
  }
}

function currentPlace(): string {
  if (process.platform !== 'linux') return os.hostname();
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
}
