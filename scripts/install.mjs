/** Makes node_modules match package-lock.json, unless it does already. */
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
 * Installs development packages with any NODE_ENV, because compiling needs their types, and optional ones with any
 * `omit` of npm, because the compilers are programs for one platform each and therefore optional.
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
 * Whether npm certainly installs an optional package here. One without a platform belongs to another package that has
 * one.
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
 * The npm with which this command was started, if any.
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
