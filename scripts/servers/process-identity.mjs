/**
 * Identifies a process by its pid and its start time. A pid alone is not enough, because another process gets it later.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * @typedef {object} ProcessIdentity
 * @property {number} pid
 * @property {string} started When it started, in the system's own form; only ever compared for equality.
 */

/**
 * The identity of a running process. Undefined when there is none, or only a zombie: a process that has ended but was
 * not collected by its parent, which in a container may never happen.
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
  // The second field is the program's name in brackets, which may contain anything, so fields are counted after the
  // last bracket.
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
