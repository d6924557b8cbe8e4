import { spawn } from 'node:child_process';
import { root } from './project.mjs';

/**
 * Runs a program of the project and waits for its end.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, signal?: AbortSignal | undefined, output?: 'capture' | 'show' }} [options]
 * @returns {Promise<string>} What it printed, when that was captured.
 * @throws {Error} With what it printed, when its exit code is not 0.
 */
export function runToEnd(command, args, { env = process.env, signal, output = 'capture' } = {}) {
  return new Promise((resolve, reject) => {
    const stdio = output === 'show' ? 'inherit' : 'pipe';
    const child = spawn(command, args, {
      cwd: root,
      env,
      stdio: ['ignore', stdio, stdio],
      ...(signal && { signal }),
    });
    let printed = '';
    child.stdout?.on('data', (data) => (printed += data));
    child.stderr?.on('data', (data) => (printed += data));
    child.once('error', reject);
    child.once('close', (code, death) => {
      if (code === 0) resolve(printed);
      else reject(new Error(printed.trim() || `${command} ended with ${death ?? `exit code ${code}`}`));
    });
  });
}
