import { constants } from 'node:os';
import { root } from './project.mjs';
import { spawnTethered } from './servers/tethered-process.mjs';
import { listenForStop } from './stop-request.mjs';

/**
 * Runs a Node program of the project in this terminal, and passes each signal on to it once.
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} The program's exit code, or 128 + the number of the signal that ended it.
 */
export async function runInForeground(args, env) {
  const child = await spawnTethered(process.execPath, args, { cwd: root, env, output: 'inherit' });
  listenForStop({
    onStop: (why) => child.kill(why === 'SIGINT' ? 'SIGINT' : 'SIGTERM'),
    onUrgentStop: () => child.kill('SIGKILL'),
  });
  const { code, signal } = await child.exited;
  const [, number] = Object.entries(constants.signals).find(([name]) => name === signal) ?? [];
  return code ?? 128 + (number ?? 0);
}
