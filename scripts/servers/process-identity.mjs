/**
 * Identifies a process by its pid and its start time. A pid alone is not enough, because the system reuses pids.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * @typedef {object} ProcessIdentity
 * @property {number} pid
 * @property {string} started Start time in the system's own format. It is compared only for equality.
 */

/**
 * Returns the identity of a running process. Undefined when no process has the pid, or only a zombie has it: a process
 * that has ended and for which its parent has not called wait(). In a container the parent may never do that.
 * @param {number} pid
 * @returns {ProcessIdentity | undefined}
 */
export function identifyProcess(pid) {
  const started = process.platform === 'linux' ? startFromProc(pid) : startFromPs(pid);
  return started === undefined ? undefined : { pid, started };
}

/**
 * @param {ProcessIdentity | undefined} identity
 * @returns {boolean}
 */
export function isRunning(identity) {
  return identity !== undefined && identifyProcess(identity.pid)?.started === identity.started;
}

/** @param {number} pid */
function startFromProc(pid) {
  let stat;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The second field is the program's name in brackets. The name may contain spaces and brackets, so the fields are
  // counted from the last bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  return state === 'Z' || state === 'X' ? undefined : fields[19];
}

/** @param {number} pid */
function startFromPs(pid) {
  const { stdout } = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' });
  const [, state, started] = /^\s*(\S+)\s+(.*\S)\s*$/.exec(stdout ?? '') ?? [];
  return state === undefined || state.startsWith('Z') ? undefined : started;
}
