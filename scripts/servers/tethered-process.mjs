/**
 * Starts child processes that end when this process ends, even when SIGKILL ends it. Each child runs in a session of
 * its own, so that Ctrl-C reaches only this process, which then stops the children in the right order.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { errorCode } from './error-code.mjs';

/** @typedef {{ code: number | null, signal: string | null }} Exit */

/**
 * @typedef {object} TetheredProcess
 * @property {number} pid Pid of the program itself, even when a watchdog shell started the program.
 * @property {Promise<Exit>} exited
 * @property {boolean} running
 * @property {(signal: NodeJS.Signals) => void} kill
 * @property {import('node:stream').Readable | null} stdout
 * @property {import('node:stream').Readable | null} stderr
 */

/**
 * @typedef {object} SpawnOptions
 * @property {NodeJS.ProcessEnv} [env]
 * @property {string} [cwd]
 * @property {'pipe' | 'ignore' | 'inherit' | number} [output] Where stdout and stderr go: to the caller, nowhere, to
 *   this process's stdout and stderr, or to a file with this descriptor.
 * @property {boolean} [foreground] If true, the program reads from this process's stdin and gets Ctrl-C. Default false.
 * @property {'parent-death-signal' | 'watchdog'} [tether] How the program is ended when this process ends. Default: the
 *   parent-death signal if the system has it. Only tests set it.
 */

/**
 * Must be called on the main thread, because the kernel sends the parent-death signal when the calling *thread* ends.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {SpawnOptions} [options]
 * @returns {Promise<TetheredProcess>}
 */
export function spawnTethered(command, args, options = {}) {
  const tether = options.tether ?? (hasParentDeathSignal() ? 'parent-death-signal' : 'watchdog');
  return tether === 'watchdog'
    ? spawnUnderWatchdog(command, args, options)
    : spawnWithParentDeathSignal(command, args, options);
}

/** @type {boolean | undefined} */
let parentDeathSignalWorks;

/** True on Linux with setpriv from util-linux 2.33 or later. Busybox's setpriv lacks the option. */
function hasParentDeathSignal() {
  parentDeathSignalWorks ??=
    process.platform === 'linux' &&
    spawnSync('setpriv', ['--pdeathsig', 'TERM', '--', 'true'], { stdio: 'ignore' }).status === 0;
  return parentDeathSignalWorks;
}

/**
 * setpriv replaces itself by the program with exec, so the program has setpriv's pid.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {SpawnOptions} options
 * @returns {Promise<TetheredProcess>}
 */
async function spawnWithParentDeathSignal(command, args, { env, cwd, output = 'pipe', foreground = false }) {
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', '--', command, ...args], {
    env,
    cwd,
    detached: !foreground,
    stdio: [foreground ? 'inherit' : 'ignore', output, output],
  });
  const exited = exitOf(child);
  await once(child, 'spawn');
  return describe(child, Number(child.pid), exited);
}

/**
 * The shell starts the program, prints the program's pid, and waits for the program. A second shell waits until the
 * pipe to the Node.js process closes, because that process has ended, and then sends SIGTERM to the program. Do not
 * send SIGTERM to the first shell: it would end and leave the program running.
 */
const WATCHDOG = `
  trap '' INT HUP
  "$@" 3<&- &
  program=$!
  echo $program >&3
  ( read -r _ <&3; kill -TERM $program ) 2>/dev/null &
  watchdog=$!
  exec 3<&-
  wait $program
  code=$?
  kill $watchdog
  exit $code`;

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {SpawnOptions} options
 * @returns {Promise<TetheredProcess>}
 */
async function spawnUnderWatchdog(command, args, { env, cwd, output = 'pipe', foreground = false }) {
  const shell = spawn('/bin/sh', ['-c', WATCHDOG, 'sh', command, ...args], {
    env,
    cwd,
    detached: !foreground,
    stdio: [foreground ? 'inherit' : 'ignore', output, output, 'pipe'],
  });
  const exited = exitOf(shell);
  await once(shell, 'spawn');
  const pipe = shell.stdio[3];
  if (!(pipe instanceof Socket)) throw new Error('The shell has no pipe to this process');
  pipe.on('error', () => {}); // the end of the shell is handled by its exit event
  const [pid] = await Promise.race([
    once(createInterface({ input: pipe }), 'line'),
    exited.then(() => Promise.reject(new Error(`The shell that was to start ${command} ended`))),
  ]);
  return describe(shell, Number(pid), exited.then(asIfWithoutShell));
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<Exit>}
 */
async function exitOf(child) {
  const [code, signal] = await once(child, 'exit');
  return { code, signal };
}

/**
 * Translates a shell's exit code 128 + n into signal n, because the code means that the signal ended the program.
 * @param {Exit} exit
 * @returns {Exit}
 */
function asIfWithoutShell({ code, signal }) {
  const death = Object.entries(constants.signals).find(([, number]) => 128 + number === code);
  return death ? { code: null, signal: death[0] } : { code, signal };
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {number} pid
 * @param {Promise<Exit>} exited
 * @returns {TetheredProcess}
 */
function describe(child, pid, exited) {
  let running = true;
  const over = exited.then((exit) => {
    running = false;
    return exit;
  });
  return {
    pid,
    exited: over,
    get running() {
      return running;
    },
    kill(signal) {
      if (running) sendSignal(pid, signal);
    },
    stdout: child.stdout,
    stderr: child.stderr,
  };
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 */
function sendSignal(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // ESRCH: the process has ended, and Node has not yet emitted `exit`.
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}
