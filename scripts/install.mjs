import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from './project.mjs';
import { runToEnd } from './run-to-end.mjs';
import { withLock } from './servers/lock-file.mjs';

/**
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {boolean} [optional]
 * @property {readonly string[]} [os] As in package.json: names, or names with `!` in front.
 * @property {readonly string[]} [cpu]
 * @property {readonly string[]} [libc]
 */

/**
 * Makes node_modules match package-lock.json, unless it does. Installs development packages even if NODE_ENV is
 * production, because compiling needs their types. Installs optional packages even if npm's `omit` excludes them,
 * because the compilers are optional packages, one for each platform.
 * @param {{ signal?: AbortSignal | undefined }} [options]
 * @returns {Promise<void>}
 */
export async function installIfNeeded({ signal } = {}) {
  if (isInstalled()) return;
  await withLock(join(root, '.local/install.lock'), async () => {
    if (isInstalled()) return;
    const [command, ...args] = npm();
    await runToEnd(command, [...args, 'ci', '--include=dev', '--include=optional'], { signal });
  });
}

function isInstalled() {
  const wanted = readPackages('package-lock.json');
  // npm writes this file last, so it exists only after a complete installation.
  const installed = readPackages('node_modules/.package-lock.json');
  if (!wanted || !installed) return false;
  return Object.entries(wanted).every(([path, locked]) => {
    const mayBeAbsent = path === '' || (locked.optional && !isForThisPlatform(locked));
    return mayBeAbsent || installed[path]?.version === locked.version;
  });
}

/**
 * Whether npm certainly installs an optional package on this platform. False for a package that names no platform,
 * which may be a dependency of a package for another platform.
 * @param {LockedPackage} locked
 */
function isForThisPlatform({ os, cpu, libc }) {
  if (os === undefined && cpu === undefined) return false;
  return fits(os, process.platform) && fits(cpu, process.arch) && fits(libc, libcOfThisPlatform());
}

/**
 * @param {readonly string[] | undefined} wanted
 * @param {string} own
 */
function fits(wanted, own) {
  if (wanted === undefined || wanted.includes(`!${own}`)) return wanted === undefined;
  return wanted.includes(own) || wanted.every((name) => name.startsWith('!'));
}

function libcOfThisPlatform() {
  const { header } = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  return header.glibcVersionRuntime ? 'glibc' : 'musl';
}

/**
 * The command that runs npm: the npm that started this process, or else the npm in PATH.
 * @returns {[string, ...string[]]}
 */
function npm() {
  const started = process.env['npm_execpath'];
  return started && basename(started) === 'npm-cli.js' ? [process.execPath, started] : ['npm'];
}

/**
 * @param {string} file
 * @returns {Record<string, LockedPackage> | undefined}
 */
function readPackages(file) {
  const path = join(root, file);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined;
}
