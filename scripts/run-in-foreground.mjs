import { constants } from 'node:os';
import { root } from './project.mjs';
import { spawnTethered } from './servers/tethered-process.mjs';
import { listenForStop } from './stop-request.mjs';

/**
 * Runs a Node program of the project instead of this one: in the same terminal, with each signal passed on once.
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} Its exit code, as a shell would give it.
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
