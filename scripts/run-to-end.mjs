import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { root } from './project.mjs';

/** The time between SIGTERM and SIGKILL. */
const GRACE_MS = 3000;

/**
 * @typedef {object} RunOptions
 * @property {NodeJS.ProcessEnv | undefined} [env]
 * @property {string} [input] Standard input of the program. Default: empty.
 * @property {'capture' | 'show'} [output]
 * @property {AbortSignal | undefined} [signal] Ends the program.
 */

/**
 * Runs a program in the project's folder and waits for its end, even after the signal.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<string>} The program's output, when `output` is `capture`.
 * @throws {ProgramFailed} When the exit code is not 0.
 */
export function runToEnd(command, args, { env = process.env, input = '', output = 'capture', signal } = {}) {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stdio = output === 'show' ? 'inherit' : 'pipe';
    const child = spawn(command, args, { cwd: root, env, stdio: ['pipe', stdio, stdio] });
    let printed = '';
    child.stdout?.on('data', (data) => (printed += data));
    child.stderr?.on('data', (data) => (printed += data));
    child.stdin?.on('error', () => {}); // a program may end before it has read all input; its exit code decides
    child.stdin?.end(input);

    /** @type {NodeJS.Timeout | undefined} */
    let force;
    const end = () => {
      child.kill('SIGTERM');
      force = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
    };
    signal?.addEventListener('abort', end, { once: true });
    child.once('error', (error) => reject(new Error(`${command} cannot be run: ${error.message}`)));
    child.once('close', (code, death) => {
      clearTimeout(force);
      signal?.removeEventListener('abort', end);
      if (signal?.aborted) reject(signal.reason);
      else if (code === 0) resolve(printed);
      else reject(new ProgramFailed(basename(command), death ?? `exit code ${code}`, printed.trim()));
    });
  });
}

export class ProgramFailed extends Error {
  /**
   * @param {string} program
   * @param {string} end
   * @param {string} output
   */
  constructor(program, end, output) {
    super(`${program} ended with ${end}${output && `:\n${output}`}`);
    this.name = 'ProgramFailed';
    this.output = output;
  }
}
