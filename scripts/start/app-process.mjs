/**
 * Runs the API or the worker as a child process. Its output goes to a log file; warnings, errors and lines that are not
 * JSON also go to the terminal.
 */
import { createWriteStream, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../project.mjs';
import { spawnTethered } from '../servers/tethered-process.mjs';
import { readableLine } from './readable-log.mjs';

/** A larger log file is renamed at the next start. */
const MAX_LOG_BYTES = 10 * 1024 * 1024;
/** Time from SIGINT to SIGKILL, in which the API or the worker finishes or releases its work. */
const STOP_TIMEOUT_MS = 5000;

/**
 * @typedef {object} AppProcess
 * @property {string} name
 * @property {() => number | undefined} pid
 * @property {() => Promise<void>} start Resolves when the process exists, before it is ready for requests or jobs.
 * @property {() => Promise<void>} stop
 * @property {Promise<import('../servers/tethered-process.mjs').Exit>} exited
 */

/**
 * @param {{ name: 'api' | 'worker', env: NodeJS.ProcessEnv, logFolder: string, print: (line: string) => void }} options
 * @returns {AppProcess}
 */
export function createAppProcess({ name, env, logFolder, print }) {
  mkdirSync(logFolder, { recursive: true, mode: 0o700 });
  const log = openLog(join(logFolder, `${name}.log`));
  /** @type {import('../servers/tethered-process.mjs').TetheredProcess | undefined} */
  let run;

  const receive = (/** @type {string} */ line) => {
    log.write(`${line}\n`);
    const readable = readableLine(line);
    if (readable !== undefined) print(`${name}: ${readable}`);
  };

  return {
    name,
    pid: () => (run?.running ? run.pid : undefined),
    async start() {
      run = await spawnTethered(process.execPath, ['--enable-source-maps', `dist/${name}.js`], {
        cwd: root,
        env,
      });
      for (const output of [run.stdout, run.stderr]) {
        if (output) createInterface({ input: output }).on('line', receive);
      }
    },
    async stop() {
      if (!run?.running) return;
      run.kill('SIGINT'); // after SIGTERM the API would still accept connections for a while, for its load balancer
      const force = setTimeout(() => run?.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await run.exited;
      clearTimeout(force);
    },
    get exited() {
      return run?.exited ?? Promise.reject(new Error(`${name} was never started`));
    },
  };
}

/** @param {string} path */
function openLog(path) {
  const { size } = statSync(path, { throwIfNoEntry: false }) ?? { size: 0 };
  if (size > MAX_LOG_BYTES) renameSync(path, `${path}.1`);
  return createWriteStream(path, { flags: 'a', mode: 0o600 });
}
